"""The customer's own orders and invoices, as a part of the overview of their account."""

from flask import render_template
from markupsafe import Markup

from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.i18n import local_time
from portal.orders.queries import invoices_of, orders_of
from portal.orders.words import amount_words, invoice_said, order_said

# So many stand there at once; the others behind a word.
_SHOWN = 5


def orders_panel(customer: Customer) -> Markup:
    """Orders, the newest first, and invoices, those to be paid first; empty for somebody without any."""
    orders, invoices = orders_of(customer.id), invoices_of(customer.id)
    if not orders and not invoices:
        return Markup("")
    values = {
        "orders": orders,
        "invoices": invoices,
        "shown": _SHOWN,
        "today": local_time(clock.now()).date(),
        "amount_words": amount_words,
        "order_said": order_said,
        "invoice_said": invoice_said,
    }
    return Markup(render_template("orders/panel.html", **values))  # noqa: S704  (our own template)
