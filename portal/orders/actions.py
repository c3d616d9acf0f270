"""Keep what the books say of orders and invoices; move it to an account."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import update

from portal.contracts.books import LineFault, Refused
from portal.contracts.reading import Fault, differences
from portal.contracts.rules.spelling import number_key
from portal.customers.actions import customer_at
from portal.customers.models import Customer
from portal.customers.rules import Origin
from portal.foundation.database import db
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.orders.models import Invoice, Order, keys_of
from portal.orders.owners import owners_by_number
from portal.orders.queries import booked_by_keys
from portal.orders.reading import Written, WrittenInvoice, WrittenOrder

# What decides whose a row without an address is.
_NUMBERS = {"customer_number", "contract_number"}
_KINDS = {Order: "order", Invoice: "invoice"}


class Told(NamedTuple):
    """Where something is from, who brought it, and when."""

    origin: Origin
    by: Actor
    now: datetime


def keep_order(written: WrittenOrder, /, *, origin: Origin, by: Actor, now: datetime) -> bool:
    """One order of an import, inside the caller's transaction; whether anything changed. Refused as `Keep` has it."""
    return _keep(Order, written, Told(origin, by, now))


def keep_invoice(written: WrittenInvoice, /, *, origin: Origin, by: Actor, now: datetime) -> bool:
    """One invoice of an import, inside the caller's transaction; whether anything changed. Refused as `Keep` has it."""
    return _keep(Invoice, written, Told(origin, by, now))


def is_whose_asked(written: Written, changed: Collection[str]) -> bool:
    """Whether the books name somebody else now: by the address, and where they have none, by a number.

    An account may have another address than the books, so that whoever is named as before is not looked for again.
    """
    return "email" in changed or (not written.email and not _NUMBERS.isdisjoint(changed))


def move_orders(guest: Customer, customer: Customer, _now: datetime) -> None:
    """What a guest has belongs to the account of the same proven address; inside the caller's transaction."""
    for model in (Order, Invoice):
        moving = update(model).where(model.customer_id == guest.id).values(customer_id=customer.id)
        db.session.execute(moving.execution_options(synchronize_session=False))


def _keep(model: Any, written: Written, told: Told) -> bool:
    key = number_key(written.number)
    kept = booked_by_keys(model, [key]).get(key)
    if kept is None:
        _add(model, written, told)
        return True
    if kept.locked_at is not None:
        raise Refused(LineFault.LOCKED)
    changed = differences(kept, written)
    if changed:
        _change(kept, written, changed, told)
        _record("changed", kept, told, fields=changed)
    kept.learn(told.origin, told.now)
    return bool(changed)


def _add(model: Any, written: Written, told: Told) -> None:
    keys = keys_of(written.number, written.customer_number)
    kept = model(**written.columns(), **keys, customer_id=_owner(written, told), created_at=told.now)
    kept.learn(told.origin, told.now)
    db.session.add(kept)
    db.session.flush()
    _record("added", kept, told)


def _change(kept: Any, written: Written, changed: list[str], told: Told) -> None:
    if is_whose_asked(written, changed):
        kept.customer_id = _owner(written, told)
    columns = written.columns()
    for name in changed:
        setattr(kept, name, columns[name])
    for name, key in keys_of(kept.number, kept.customer_number).items():
        setattr(kept, name, key)


def _record(what: str, kept: Any, told: Told, **details: Any) -> None:
    kind = _KINDS[type(kept)]
    record(f"{kind}.{what}", kind, kept.id, by=told.by, at=told.now, source=told.origin.source.value, **details)


def _owner(written: Written, told: Told) -> int:
    """Whose it is: by the address, else by a number; Refused when that is nobody's or more than one customer's."""
    if written.email:
        return customer_at(written.email, written.name, "", told.now, origin=told.origin).id
    found = owners_by_number([written])[written.number]
    if isinstance(found, Fault):
        raise Refused(found)
    return found
