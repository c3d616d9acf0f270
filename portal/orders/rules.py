"""States of orders and invoices."""

from datetime import date
from enum import StrEnum


class OrderState(StrEnum):
    """Where an order is."""

    ORDERED = "ordered"
    SENT = "sent"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class InvoiceState(StrEnum):
    """What became of an invoice, as the books say; that it is overdue is reckoned (`is_overdue`)."""

    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    CREDITED = "credited"


UNDER_WAY = (OrderState.ORDERED, OrderState.SENT)


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Whether an invoice should have been paid before this day."""
    return state == InvoiceState.OPEN and due_on is not None and due_on < today
