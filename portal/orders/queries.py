"""Find orders and invoices: of a customer, by number, for a list; and whom a number in the books belongs to.

What is only kept because a law says so is found by none of them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Integer, String, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager

from portal.contracts.models import Contract
from portal.contracts.rules.spelling import number_key
from portal.customers.models import Customer
from portal.foundation.database import db
from portal.foundation.personal_data import pieces
from portal.foundation.rendering.paging import Page, Place, page_of_rows
from portal.foundation.sql.prepared import Prepared
from portal.orders.models import Invoice, Order
from portal.orders.rules import InvoiceState

PAGE_SIZE = 50
# What is shorter than this is rather a word or a count than a number of the books.
_SHORTEST = 4
B = TypeVar("B", Order, Invoice)


def newest_orders() -> Any:
    """How orders are sorted: the newest first."""
    return (Order.ordered_on.desc(), Order.id.desc())


def open_invoices_first() -> Any:
    """How invoices are sorted: those to be paid first, the longest due before the others; then the newest."""
    is_open = Invoice.state == InvoiceState.OPEN.value
    due = case((is_open, func.coalesce(Invoice.due_on, Invoice.issued_on)))
    return (case((is_open, 0), else_=1), due, Invoice.issued_on.desc(), Invoice.id.desc())


def orders_of(customer_id: int) -> Sequence[Order]:
    """Every order of a customer, the newest first."""
    rows = select(Order).where(Order.customer_id == customer_id, Order.locked_at.is_(None))
    return db.session.scalars(rows.order_by(*newest_orders())).all()


def invoices_of(customer_id: int) -> Sequence[Invoice]:
    """Every invoice of a customer, those to be paid first, then the newest."""
    rows = select(Invoice).where(Invoice.customer_id == customer_id, Invoice.locked_at.is_(None))
    return db.session.scalars(rows.order_by(*open_invoices_first())).all()


def booked_of_each(
    model: type[B], customer_ids: Collection[int], order: Sequence[Any], *, most: int
) -> dict[int, list[B]]:
    """At most so many orders or invoices of all of these customers, by customer, in that order."""
    rows = select(model).where(model.customer_id.in_(customer_ids), model.locked_at.is_(None))
    found: dict[int, list[B]] = {}
    for each in db.session.scalars(rows.order_by(*order).limit(most)) if customer_ids else ():
        found.setdefault(each.customer_id, []).append(each)
    return found


def booked_by_keys(model: type[B], keys: Collection[str]) -> dict[str, B]:
    """The orders or invoices with these number keys, by key; the locked ones too, each with its customer."""
    rows = select(model).join(Customer, Customer.id == model.customer_id).options(contains_eager(model.customer))
    found = (db.session.scalars(rows.where(model.number_key.in_(some))) for some in pieces(keys))
    return {each.number_key: each for some in found for each in some}


def page_of_orders(words: str, place: Place) -> Page[Order]:
    """One page of orders, the last imported first; `words` is a number, a name, an address or an item."""
    return _page(Order, words, place, Order.item)


def page_of_invoices(words: str, place: Place) -> Page[Invoice]:
    """One page of invoices, the last imported first; `words` is a number, a name, an address or an item."""
    return _page(Invoice, words, place, Invoice.contract_number, Invoice.order_number)


def owners_of_numbers(customer_numbers: Collection[str]) -> dict[str, set[int]]:
    """Which customers have these customer numbers (as keys), in contracts, orders and invoices."""
    return _owners(lambda model: model.customer_number_key, (Contract, Order, Invoice), customer_numbers)


def owners_of_contracts(contract_numbers: Collection[str]) -> dict[str, set[int]]:
    """Whose contracts have these numbers (as keys)."""
    return _owners(lambda model: model.number_key, (Contract,), contract_numbers)


class Named(NamedTuple):
    """What a typed number means: a contract, an order, an invoice, or ("customer") somebody with that number."""

    kind: str
    key: str
    number: str
    what: str
    customer_id: int
    name: str


def named_in_books(typed: str, limit: int) -> Sequence[Named]:
    """What has that number in any spelling, contracts first; nothing for a word or an address. One statement."""
    key = number_key(typed) if "@" not in typed and any(each.isdigit() for each in typed) else ""
    return _NAMED.rows({"key": key, "limit": limit}) if len(key) >= _SHORTEST else []


def _named() -> Prepared:
    key = bindparam("key", type_=String())
    contract = or_(Contract.number_key == key, Contract.customer_number_key == key)
    parts = [
        _part("contract", 1, Contract, Contract.product).where(contract),
        _part("order", 2, Order, Order.item).where(Order.number_key == key),
        _part("invoice", 3, Invoice, literal("")).where(Invoice.number_key == key),
        *(_person(model).where(model.customer_number_key == key) for model in (Order, Invoice)),
    ]
    found = union_all(*parts).subquery()
    rows = select(found.c.kind, found.c.key, found.c.number, found.c.what, found.c.customer_id, Customer.name)
    # Somebody with many orders is one person.
    rows = rows.join(Customer, Customer.id == found.c.customer_id).distinct().add_columns(found.c.rank, found.c.id)
    rows = rows.order_by(found.c.rank, found.c.id.desc()).limit(bindparam("limit", type_=Integer))
    return Prepared(rows, make=lambda cells: Named._make(cells[:6]))


def _part(kind: str, rank: int, model: Any, what: Any) -> Any:
    shown = (model.number_key.label("key"), model.number.label("number"), what.label("what"), model.customer_id)
    named = (literal(kind).label("kind"), literal(rank).label("rank"), model.id.label("id"))
    return select(*shown, *named).where(model.locked_at.is_(None))


def _person(model: Any) -> Any:
    shown = (model.customer_number_key.label("key"), func.min(model.customer_number).label("number"))
    named = (literal("customer").label("kind"), literal(4).label("rank"), literal(0).label("id"))
    rows = select(*shown, literal("").label("what"), model.customer_id, *named).where(model.locked_at.is_(None))
    return rows.group_by(model.customer_number_key, model.customer_id)


_NAMED = _named()


def _owners(column: Callable[[Any], Any], models: Sequence[Any], keys: Collection[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for model in models:
        rows = select(column(model).label("key"), model.customer_id).where(model.locked_at.is_(None)).distinct()
        for some in pieces({each for each in keys if each}):
            for row in db.session.execute(rows.where(column(model).in_(some))):
                found[row.key].add(row.customer_id)
    return found


def _page(model: type[B], words: str, place: Place, *columns: Any) -> Page[B]:
    rows = select(model).join(Customer, Customer.id == model.customer_id).options(contains_eager(model.customer))
    rows = rows.where(model.locked_at.is_(None))
    if words:
        key, said = number_key(words), words.lower().replace("/", "//").replace("%", "/%").replace("_", "/_")
        texts = (*columns, Customer.name, Customer.email)
        named = or_(model.number_key == key, model.customer_number_key == key) if key else literal(False)
        rows = rows.where(or_(named, *(func.lower(each).contains(said, escape="/") for each in texts)))
    return page_of_rows(rows, place, PAGE_SIZE, model.id)
