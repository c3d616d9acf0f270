"""Two records are of the same person, as staff say: both are shown together at the desk, and nobody may read more."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, delete, or_, select

from portal.customers.models import Customer
from portal.desk.models import SamePerson
from portal.foundation.database import db, insert_once, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor


class SameRecord(PortalError):
    """Somebody was to be the same person as themselves, or as nobody."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("Please choose another customer's record."))


def say_same_person(customer_id: int, other_id: int, *, by: Actor, now: datetime) -> None:
    """Each record shows the other at the desk; twice changes nothing. SameRecord for the same record or none."""
    with transaction():
        if customer_id == other_id or db.session.get(Customer, other_id) is None:
            raise SameRecord
        if _put_together(customer_id, other_id, now):
            _write_down("customer.same_person", customer_id, other_id, by, now)


def say_other_person(customer_id: int, other_id: int, *, by: Actor, now: datetime) -> None:
    """They are two people after all."""
    with transaction():
        if _take_apart(_is_pair(customer_id, other_id)):
            _write_down("customer.other_person", customer_id, other_id, by, now)


def move_same_person(guest: Customer, customer: Customer, now: datetime) -> None:
    """What was said of a guest holds for the account that the guest joined; put into `customers.actions.JOINED`."""
    others = db.session.scalars(select(SamePerson.other_id).where(SamePerson.customer_id == guest.id)).all()
    _take_apart(or_(SamePerson.customer_id == guest.id, SamePerson.other_id == guest.id))
    for other_id in others:
        if other_id != customer.id:
            _put_together(customer.id, other_id, now)


def _put_together(customer_id: int, other_id: int, now: datetime) -> bool:
    """One row for each of the two, so that either finds the other by its own number."""
    pairs = ((customer_id, other_id), (other_id, customer_id))
    rows = [{"customer_id": first, "other_id": second, "created_at": now} for first, second in pairs]
    made: list[Any] = [db.session.execute(insert_once(SamePerson, row)) for row in rows]
    return any(each.rowcount for each in made)


def _take_apart(condition: Any) -> bool:
    gone: Any = db.session.execute(delete(SamePerson).where(condition).execution_options(synchronize_session=False))
    return bool(gone.rowcount)


def _is_pair(customer_id: int, other_id: int) -> Any:
    there = and_(SamePerson.customer_id == customer_id, SamePerson.other_id == other_id)
    return or_(there, and_(SamePerson.customer_id == other_id, SamePerson.other_id == customer_id))


def _write_down(verb: str, customer_id: int, other_id: int, by: Actor, now: datetime) -> None:
    record(verb, "customer", customer_id, by=by, at=now, other=other_id)
    record(verb, "customer", other_id, by=by, at=now, other=customer_id)
