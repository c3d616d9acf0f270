"""The customer's own contracts, as a part of the overview of their account."""

from flask import render_template
from markupsafe import Markup

from portal.contracts.queries import contracts_of
from portal.contracts.words import grid_word, renewal_words, span_words
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.i18n import local_time


def contracts_panel(customer: Customer) -> Markup:
    """Product, number, terms and end of each contract, and the two ways out, which need none to be known."""
    values = {
        "contracts": contracts_of(customer.id),
        "today": local_time(clock.now()).date(),
        "span_words": span_words,
        "grid_word": grid_word,
        "renewal_words": renewal_words,
    }
    return Markup(render_template("contracts/panel.html", **values))  # noqa: S704  (our own template)
