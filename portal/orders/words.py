"""Orders and invoices in words: states, amounts and fields."""

from datetime import date
from decimal import Decimal

from flask_babel import format_currency
from flask_babel import gettext as _

from portal.foundation.i18n import local_date
from portal.orders.rules import InvoiceState, OrderState, is_overdue


def order_state_word(state: str) -> str:
    """Where an order is."""
    return {
        OrderState.ORDERED: _("ordered"),
        OrderState.SENT: _("on its way"),
        OrderState.DELIVERED: _("delivered"),
        OrderState.RETURNED: _("sent back"),
        OrderState.CANCELLED: _("called off"),
    }[OrderState(state)]


def invoice_state_word(state: str) -> str:
    """What became of an invoice."""
    return {
        InvoiceState.OPEN: _("open"),
        InvoiceState.PAID: _("paid"),
        InvoiceState.CANCELLED: _("called off"),
        InvoiceState.CREDITED: _("credited"),
    }[InvoiceState(state)]


def order_said(state: str, ordered_on: date) -> str:
    """Where an order is, and of which day it is; one that was only ordered says it once."""
    if state == OrderState.ORDERED:
        return _("ordered on %(date)s", date=_day(ordered_on))
    return _("%(state)s, ordered on %(date)s", state=order_state_word(state), date=_day(ordered_on))


def invoice_said(state: str, issued_on: date, due_on: date | None, today: date) -> str:
    """What became of an invoice, and the day that matters."""
    if due_on is not None and is_overdue(state, due_on, today):
        return _("overdue since %(date)s", date=_day(due_on))
    if due_on is not None and state == InvoiceState.OPEN:
        return _("open, due on %(date)s", date=_day(due_on))
    return _("%(state)s, issued on %(date)s", state=invoice_state_word(state), date=_day(issued_on))


def amount_words(cents: int, currency: str) -> str:
    """`49,90 €`, `€49.90`, `−14,90 €`: as the reader writes it, with a minus sign instead of a hyphen."""
    return str(format_currency(Decimal(cents) / 100, currency)).replace("-", "\N{MINUS SIGN}")


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


def _day(day: date) -> str:
    return local_date(day).replace(" ", "\N{NO-BREAK SPACE}")
