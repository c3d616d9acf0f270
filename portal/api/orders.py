"""Orders and invoices of other programs: their fields, and how they are shown."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from portal.api.books import Shelf
from portal.api.fields import Field, Thing
from portal.api.rules import Scope
from portal.api.schemas import Schema, day, flag, moment, text, values
from portal.contracts.rules.spelling import number_key
from portal.customers.rules import Source
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.orders.importing import INVOICES as INVOICE_BOOK
from portal.orders.importing import ORDERS as ORDER_BOOK
from portal.orders.models import Invoice, Order
from portal.orders.queries import booked_by_keys
from portal.orders.reading import INVOICE_FIELDS, INVOICE_REQUIRED, LIMITS, ORDER_FIELDS, ORDER_REQUIRED
from portal.orders.rules import InvoiceState, OrderState

_SAYS = {
    "number": "The number, compared without case, separators, O and 0, I and 1.",
    "email": "The address in the books. This, `customer_number` or `contract_number` says whose it is.",
    "customer_number": "The number of the customer: exactly one has it, if there is no `email`.",
    "contract_number": "The contract that it is for.",
    "name": "The name of somebody who is new here.",
    "item": "What was ordered, in words.",
    "ordered_on": "The day of the order.",
    "issued_on": "The day of the invoice.",
    "due_on": "The day by which it is to be paid. It is never overdue if empty.",
    "state": "What became of it.",
    "amount": "The amount as text, such as `49.90`; below zero for a credit note.",
    "currency": "A code of ISO 4217 with hundredths. `EUR` if empty.",
    "order_number": "The order that it is for.",
}
_EXAMPLES = {
    "number": "B-2026-5501",
    "email": "anna@example.org",
    "item": "Talwind Router 7",
    "ordered_on": "2026-11-02",
    "issued_on": "2026-11-03",
    "due_on": "2026-11-17",
    "amount": "129.00",
    "currency": "EUR",
}
_USUAL_LIMIT = 40


def shown_order(order: Order) -> Thing:
    """An order as programs read it, with where we know it from and how old that is."""
    return _shared(order) | {"item": order.item, "ordered_on": order.ordered_on} | _known(order)


def shown_invoice(invoice: Invoice) -> Thing:
    """An invoice as programs read it, likewise; whether it is overdue is reckoned."""
    today = clock.today(COMPANY.here().zone)
    own = {
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "is_overdue": invoice.is_overdue(today),
        "order_number": invoice.order_number,
    }
    return _shared(invoice) | own | _known(invoice)


def _shared(booked: Order | Invoice) -> Thing:
    return {
        "number": booked.number,
        "email": booked.email,
        "customer_number": booked.customer_number,
        "contract_number": booked.contract_number,
        "state": booked.state,
        "amount": str(Decimal(booked.cents) / 100 + Decimal("0.00")),
        "currency": booked.currency,
    }


def _known(booked: Order | Invoice) -> Thing:
    return {"source": booked.source, "known_at": booked.known_at}


def _find(model: Any) -> Callable[[str], Any]:
    def find(number: str) -> Any:
        key = number_key(number)
        found = booked_by_keys(model, [key]).get(key)
        return found if found is not None and found.locked_at is None else None

    return find


def _fields(names: tuple[str, ...], required: tuple[str, ...], states: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(
        Field(
            name,
            _SAYS[name],
            is_required=name in required,
            limit=LIMITS.get(name, _USUAL_LIMIT),
            choices=states if name == "state" else (),
            example=_EXAMPLES.get(name),
        )
        for name in names
    )


_SHARED: dict[str, Schema] = {
    **dict.fromkeys(("number", "email", "customer_number", "contract_number", "amount", "currency"), text()),
    **{"source": values(Source), "known_at": moment()},
}
_SHOWN_ORDER = {**_SHARED, "state": values(OrderState), "item": text(), "ordered_on": day()}
_SHOWN_INVOICE = {
    **_SHARED,
    **{"state": values(InvoiceState), "issued_on": day(), "due_on": day(is_optional=True)},
    **{"is_overdue": flag(), "order_number": text()},
}
ORDERS = Shelf(
    one="order",
    many="orders",
    book=ORDER_BOOK,
    fields=_fields(ORDER_FIELDS, ORDER_REQUIRED, tuple(each.value for each in OrderState)),
    find=_find(Order),
    show=shown_order,
    shown=_SHOWN_ORDER,
    reads=Scope.ORDERS_READ,
    writes=Scope.ORDERS_WRITE,
)
INVOICES = Shelf(
    one="invoice",
    many="invoices",
    book=INVOICE_BOOK,
    fields=_fields(INVOICE_FIELDS, INVOICE_REQUIRED, tuple(each.value for each in InvoiceState)),
    find=_find(Invoice),
    show=shown_invoice,
    shown=_SHOWN_INVOICE,
    reads=Scope.INVOICES_READ,
    writes=Scope.INVOICES_WRITE,
)
