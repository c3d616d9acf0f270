"""Declarations about the customer's own contracts, as a part of the overview of their account."""

from flask import render_template, request
from markupsafe import Markup

from portal.accounts.forms import PressForm
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.i18n import current_language
from portal.leaving.actions.retracting import can_retract
from portal.leaving.queries.ends import beside
from portal.leaving.queries.standings import declarations_of, wished_back
from portal.leaving.rules.declarations import State
from portal.leaving.rules.documents import spoken_arrival


def declarations_panel(customer: Customer) -> Markup:
    """Reference, receipt, state and end of each, and the button that takes a cancellation back; empty without any."""
    now, language = clock.now(), current_language()
    # Staff who look back see none that came later.
    known = [
        (declaration, contract)
        for declaration, contract in declarations_of(customer)
        if declaration.standing.state != State.DUPLICATE and declaration.received_at <= now
    ]
    if not known:
        return Markup("")
    wished = wished_back([declaration.id for declaration, _contract in known])
    rows = [
        {
            "declaration": declaration,
            "contract": contract,
            "received": spoken_arrival(declaration.received_at, declaration.zone, language, declaration.marks),
            "can_retract": can_retract(declaration, contract, now),
            "is_asked": declaration.id in wished,
            "beside": beside(declaration, contract),
        }
        for declaration, contract in known
    ]
    press, said = PressForm(formdata=None), request.args.get("back", "")
    printed = render_template("leaving/panel.html", rows=rows, press=press, said=said)
    return Markup(printed)  # noqa: S704  (our own template)
