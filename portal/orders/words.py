"""Orders and invoices in words: states, amounts and fields."""

from decimal import Decimal

from flask_babel import format_currency
from flask_babel import gettext as _

from portal.orders.rules import InvoiceState, OrderState


def order_state_word(state: str) -> str:
    """Where an order is."""
    return {
        OrderState.ORDERED: _("ordered"),
        OrderState.SENT: _("on its way"),
        OrderState.DELIVERED: _("delivered"),
        OrderState.RETURNED: _("sent back"),
        OrderState.CANCELLED: _("called off"),
    }[OrderState(state)]


def invoice_state_word(state: str, *, is_overdue: bool = False) -> str:
    """What became of an invoice."""
    if is_overdue:
        return _("overdue")
    return {
        InvoiceState.OPEN: _("open"),
        InvoiceState.PAID: _("paid"),
        InvoiceState.CANCELLED: _("called off"),
        InvoiceState.CREDITED: _("credited"),
    }[InvoiceState(state)]


def amount_words(cents: int, currency: str) -> str:
    """`49,90 €`, `€49.90`: as the reader writes it."""
    return str(format_currency(Decimal(cents) / 100, currency))


def booked_field_word(name: str) -> str:
    """What a column of a file with orders or invoices is called; empty where it is called as in contracts."""
    return {
        "number": _("Number"),
        "email": _("E-mail address"),
        "name": _("Name"),
        "item": _("What was ordered"),
        "ordered_on": _("Ordered on"),
        "issued_on": _("Issued on"),
        "due_on": _("Due on"),
        "state": _("State"),
        "amount": _("Amount"),
        "cents": _("Amount"),
        "currency": _("Currency"),
        "contract_number": _("Contract number"),
        "order_number": _("Order number"),
    }.get(name, "")
