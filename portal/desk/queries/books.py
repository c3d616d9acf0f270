"""What stands beside a case of the company's books besides contracts: few orders and invoices, and who said what."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, bindparam, cast, func, select

from portal.customers.models import CustomerFact
from portal.foundation.sql.gathered import gathered
from portal.foundation.sql.prepared import Prepared
from portal.orders.models import Invoice, Order
from portal.orders.queries import newest_orders, open_invoices_first

_SHOWN = 3


class Booked(NamedTuple):
    """The first orders and invoices of a customer, to be read only, and how many there are; days are ISO texts.

    `facts` say where fields of the record are from.
    """

    orders: Sequence[Any]
    invoices: Sequence[Any]
    facts: Sequence[Any]
    order_count: int
    invoice_count: int


def booked_of(customer_id: int) -> Booked:
    """All of it in one statement."""
    found: Booked = _BOOKED.rows({"customer": customer_id})[0]
    return found


def _booked() -> Prepared:
    customer = bindparam("customer", type_=Integer)
    orders = _shown(Order, Order.item, _day(Order.ordered_on), order=newest_orders())
    invoices = _shown(Invoice, _day(Invoice.issued_on), _day(Invoice.due_on), order=open_invoices_first())
    facts = select(CustomerFact.field, *_told(CustomerFact)).where(CustomerFact.customer_id == customer)
    counts = (select(func.count()).where(*_is_shown(each)).scalar_subquery() for each in (Order, Invoice))
    cells = (gathered(orders, "orders"), gathered(invoices, "invoices"), gathered(facts, "facts"), *counts)
    return Prepared(select(*cells), make=Booked._make)


def _shown(model: Any, *columns: Any, order: Any) -> Any:
    shown = (model.number, model.number_key, model.cents, model.currency, model.state)
    return select(*shown, *columns, *_told(model)).where(*_is_shown(model)).order_by(*order).limit(_SHOWN)


def _is_shown(model: Any) -> tuple[Any, ...]:
    return model.customer_id == bindparam("customer", type_=Integer), model.locked_at.is_(None)


def _told(model: Any) -> tuple[Any, ...]:
    return model.source, model.told_by, model.told_in, model.known_at


def _day(column: Any) -> Any:
    """Rows that are gathered hold no bare days."""
    return cast(column, String).label(column.key)


_BOOKED = _booked()
