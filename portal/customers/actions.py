"""Make the record of a customer, and join a guest with the account of the same proven address (SR-04)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.access import actor_of
from portal.accounts.actions.changing import change_profile
from portal.accounts.models import User
from portal.accounts.queries import user_of
from portal.customers.models import Customer
from portal.customers.origins import BY_CUSTOMER, RECORD, say_from
from portal.customers.queries import account_at, customer_of_user, guest_of
from portal.customers.rules import Origin, Source
from portal.foundation.addresses import normalised
from portal.foundation.company import COMPANY
from portal.foundation.database import connection_of_session, db, make_once, transaction
from portal.foundation.errors import PortalError
from portal.foundation.sql.prepared import Prepared
from portal.foundation.web.here import OnePerApp
from portal.journal.actions import record
from portal.journal.rules import SYSTEM, Actor

# What else belongs to a customer and moves when a guest joins an account: called with guest, customer and moment,
# inside the transaction. Rooms above are put in by the composition.
JOINED = OnePerApp[Sequence[Callable[[Customer, Customer, datetime], None]]]("joined")


def guest_customer(email: str, name: str, language: str, now: datetime, *, origin: Origin = BY_CUSTOMER) -> Customer:
    """The one guest of that address, made if need be, inside the caller's transaction; `email` is normalised here.

    `origin` is where name and address are from.

    A guest keeps the name under which the address was proven; until then the newest name counts, because anybody may
    have typed the address.
    """
    address = normalised(email)
    values = {
        "user_id": None,
        "email": address,
        "name": name,
        "language": language,
        "contact_wishes": "",
        "confirmed_at": None,
        "created_at": now,
    }
    is_new = make_once(Customer, values)
    guest = guest_of(address)
    if guest is None:
        raise RuntimeError("a guest that was just made is gone")
    if is_new and origin != BY_CUSTOMER:
        say_from(guest.id, [RECORD], origin, now)
    if guest.confirmed_at is None and guest.name != name:
        guest.name = name
        say_from(guest.id, ["name"], origin, now)
    return guest


def customer_at(email: str, name: str, language: str, now: datetime, *, origin: Origin) -> Customer:
    """The account whose proven address it is, else the one guest of the address, inside the caller's transaction.

    Without a `name` a guest that is there keeps its own. A language that is not offered is the company's. `origin` is
    where all of it is from.
    """
    known = account_at(email) or (None if name else guest_of(normalised(email)))
    if known is not None:
        return known
    company = COMPANY.here()
    spoken = language if language in company.languages else company.default_language
    return guest_customer(email, (name or email)[:100], spoken, now, origin=origin)


def guest_who_asks(email: str, name: str, language: str, now: datetime, *, taken_by: str) -> Any:
    """The customer of a guest by a (normalised) address, found or made in one statement; a row to be read only.

    `taken_by` is who writes down what somebody says on the phone.
    """
    values = {"email": email, "name": name, "language": language, "contact_wishes": "", "created_at": now}
    guest = _guest(connection_of_session().dialect.name).rows(values)[0]
    # What a new guest says of themselves needs no words; a name that counts because it is the newest does.
    if taken_by or (guest.confirmed_at is None and guest.created_at != now):
        _say_who_asked(guest, now, taken_by)
    return guest


def _say_who_asked(guest: Any, now: datetime, taken_by: str) -> None:
    if guest.confirmed_at is None:
        is_new = guest.created_at == now
        say_from(guest.id, [RECORD if is_new else "name"], Origin(Source.CUSTOMER, taken_by), now)


@cache
def _guest(dialect: str) -> Prepared:
    table: Any = Customer.__table__
    names = ("email", "name", "language", "contact_wishes", "created_at")
    made = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    is_proven = table.c.confirmed_at.is_not(None)
    name = case((is_proven, table.c.name), else_=made.excluded.name)
    is_guest = table.c.user_id.is_(None)
    return Prepared(
        made.on_conflict_do_update(index_elements=["email"], index_where=is_guest, set_={"name": name}).returning(
            *table.c
        ),
        columns=names,
    )


def customer_of(user: User, now: datetime) -> Customer:
    """The record behind an account, made if need be, inside the caller's transaction."""
    values = {
        "user_id": user.id,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "contact_wishes": "",
        "confirmed_at": user.confirmed_at,
        "created_at": now,
    }
    found = customer_of_user(user.id)
    if found is None:
        make_once(Customer, values)
        found = customer_of_user(user.id)
    if found is None:
        raise RuntimeError("a customer that was just made is gone")
    return found


def confirm_guest(customer: Customer, now: datetime, *, name: str = "") -> Customer:
    """The address was proven by a mailed link: the guest joins the account with that address, if there is one.

    Inside the caller's transaction. `name` is the one under which it was proven, where something names it. Returns the
    record that holds everything now: the account's, or the guest itself.
    """
    if not customer.is_guest:
        return customer
    if customer.confirmed_at is None:
        if name and name != customer.name:
            say_from(customer.id, ["name"], BY_CUSTOMER, now)
        customer.confirmed_at, customer.name = now, name or customer.name
    user = user_of(customer.email)
    if user is None or user.confirmed_at is None or user.closed_at is not None or user.is_staff:
        return customer
    return join_guest(user, now) or customer


def join_guest(user: User, now: datetime) -> Customer | None:
    """Move what the guest with the account's confirmed address has asked to the account, inside the transaction.

    None when there was no such guest, or when the address is not confirmed.
    """
    guest = guest_of(user.email) if user.confirmed_at is not None else None
    if guest is None:
        return None
    customer = customer_of(user, now)
    for move in JOINED.here():
        move(guest, customer, now)
    record("customer.joined", "customer", customer.id, by=SYSTEM, at=now, guest=guest.id)
    return customer


def follow_account(user: User, now: datetime) -> None:
    """The account's address is proven: its customer has that address, and what a guest asked with it joins."""
    if user.is_staff or user.confirmed_at is None:
        return
    customer = customer_of(user, now)
    customer.email, customer.confirmed_at = user.email, user.confirmed_at
    join_guest(user, now)


def change_customer(user: User, *, name: str, language: str, contact_wishes: str, now: datetime) -> None:
    """What a customer says about themselves: name, language, and how they like to be reached."""
    with transaction():
        change_profile(user, name=name, language=language)
        customer = customer_of(user, now) if not user.is_staff else None
        if customer is not None:
            said = {"name": name, "language": language, "contact_wishes": contact_wishes}
            _change(customer, said, BY_CUSTOMER, by=actor_of(user), now=now)


class RecordChanged(PortalError):
    """Somebody changed the record while it was open."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this record meanwhile. Please check what stands here and save again."))


def mark_of(customer: Customer) -> str:
    """A mark of what staff may correct, as it stands there now."""
    return sha256(f"{customer.name}\x1f{customer.contact_wishes}".encode()).hexdigest()[:32]


def correct_customer(customer_id: int, said: Mapping[str, str], *, seen: str, by: Actor, now: datetime) -> None:
    """Staff correct name and contact wishes: at once, in the journal, and with the desk as their source.

    `seen` is the mark of what stood there when the form was opened; RecordChanged when it is another one by now.
    """
    with transaction():
        customer = db.session.get_one(Customer, customer_id, with_for_update=True, populate_existing=True)
        if mark_of(customer) != seen:
            raise RecordChanged
        user = db.session.get(User, customer.user_id) if customer.user_id else None
        if user is not None:
            change_profile(user, name=said["name"], language=user.language)
        _change(customer, said, Origin(Source.DESK, by.name), by=by, now=now)


def _change(customer: Customer, said: Mapping[str, str], origin: Origin, *, by: Actor, now: datetime) -> None:
    changed = [field for field, value in said.items() if getattr(customer, field) != value]
    for field in changed:
        setattr(customer, field, said[field])
    if changed:
        say_from(customer.id, changed, origin, now)
        record("customer.changed", "customer", customer.id, by=by, at=now, fields=changed)


def release_customer(user: User, now: datetime) -> Customer | None:
    """The account is closed: its customer goes on as the guest of that address, inside the caller's transaction.

    None when the account has no customer. An earlier guest of the address joins first and its empty row goes.
    """
    customer = customer_of_user(user.id)
    if customer is None:
        return None
    guest = guest_of(customer.email)
    if guest is not None:
        for move in JOINED.here():
            move(guest, customer, now)
        db.session.delete(guest)
        db.session.flush()
    customer.user_id = None
    record("customer.released", "customer", customer.id, by=SYSTEM, at=now)
    db.session.flush()
    return customer


def reclaim_customer(user: User, customer_id: int | None, now: datetime) -> None:
    """The account is open again: its customer is the one it had, inside the caller's transaction."""
    customer = db.session.get(Customer, customer_id) if customer_id else None
    if customer is not None and customer.is_guest and customer_of_user(user.id) is None:
        customer.user_id = user.id
        db.session.flush()
    follow_account(user, now)
