"""What the company's books hold, put by other programs: one by its number, or a hundred at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.api.fields import Field, FieldFault, Kind, Thing, fault_of_choice, read_thing
from portal.api.rules import Scope
from portal.api.schemas import Schema
from portal.contracts.books import Book, Compared, LineFault, Outcome, Refused
from portal.contracts.reading import Fault
from portal.contracts.rules.spelling import number_key
from portal.contracts.words import fault_sentence
from portal.customers.rules import Origin, Source
from portal.foundation.database import transaction
from portal.foundation.errors import PortalError
from portal.foundation.i18n import offered
from portal.foundation.sql.trying import repeatable
from portal.journal.rules import Actor


@dataclass(frozen=True)
class Shelf:
    """One kind of thing that programs put: how it is called (`one`, `many`), its book, and how it is found and shown.

    `fields` are those of a whole thing; the number is among them and may be left out where the address names it.
    `shown` says what `show` gives.
    """

    one: str
    many: str
    book: Book
    fields: tuple[Field, ...]
    find: Callable[[str], Any]
    show: Callable[[Any], Thing]
    shown: Mapping[str, Schema]
    reads: Scope
    writes: Scope

    @property
    def named_fields(self) -> tuple[Field, ...]:
        """The fields of one whose number stands in the address."""
        return tuple(replace(each, is_required=False) if each.name == "number" else each for each in self.fields)

    @property
    def batch_fields(self) -> tuple[Field, ...]:
        """The fields of many at once."""
        says = "1 to 100 of them. Those with a fault are left out and named in the answer; the others are kept."
        return (Field(self.many, says, Kind.THINGS, is_required=True, fields=self.fields),)


@dataclass(frozen=True)
class Sent:
    """One thing that was sent: read, or with everything that is wrong with it; and what became of it."""

    number: str
    written: Any = None
    faults: Sequence[FieldFault] = ()
    outcome: Outcome = Outcome.FAULTY
    is_locked: bool = False


class Locked(PortalError):
    """What has that number is only kept because a law says so; it is neither shown nor changed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(str(fault_sentence(LineFault.LOCKED)))


def read_sent(shelf: Shelf, given: Mapping[str, Any], *, number: str | None = None) -> Sent:
    """A thing as it was sent; a `number` of the address is the one that counts."""
    named = {} if number is None else {"number": number}
    thing, faults = read_thing({**given, **named}, shelf.fields)
    faults += fault_of_choice("language", thing.get("language", ""), offered())
    text = {name: "" if value is None else str(value) for name, value in thing.items()}
    if faults:
        return Sent(text["number"], faults=faults)
    written, found = shelf.book.read(text, None)
    return Sent(text["number"], written, [_as_fault(each) for each in found])


def read_many(shelf: Shelf, given: Sequence[Mapping[str, Any]]) -> list[Sent]:
    """Many things as they were sent; a number that stands there twice is a fault the second time."""
    found, seen = [], set[str]()
    for each in given:
        sent = read_sent(shelf, each)
        key = number_key(sent.number)
        if sent.written is not None and key in seen:
            sent = Sent(sent.number, faults=[FieldFault("number", _("This number stands in the request twice."))])
        seen.add(key)
        found.append(sent)
    return found


def put_all(shelf: Shelf, sent: Sequence[Sent], *, by: Actor, now: datetime) -> list[Sent]:
    """Add or change everything that has no fault, in one transaction; the same things with what became of each."""
    try:
        return _put(shelf, sent, by, now)
    except IntegrityError:
        # Somebody added one of them at the same moment: now it is there.
        return _put(shelf, sent, by, now)


@repeatable
def _put(shelf: Shelf, sent: Sequence[Sent], by: Actor, now: datetime) -> list[Sent]:
    due = {number_key(each.number): each.written for each in sent if each.written is not None}
    origin, done = Origin(Source.API, by.name), dict[str, Outcome]()
    with transaction():
        compared = dict(shelf.book.compare(due, shelf.book.find(due)))
        # In one order, so that two who put the same ones do not wait for each other.
        for key in sorted(due):
            found = compared.get(key, Compared())
            if found.faults:
                continue
            try:
                has_changed = shelf.book.keep(due[key], origin=origin, by=by, now=now)
            except Refused as refused:
                compared[key] = Compared(faults=[refused.fault])
            else:
                is_new = found.changed is None
                done[key] = Outcome.NEW if is_new else Outcome.CHANGED if has_changed else Outcome.SAME
    return [_become(each, done, compared) for each in sent]


def _become(sent: Sent, done: Mapping[str, Outcome], compared: Mapping[str, Compared]) -> Sent:
    key = number_key(sent.number)
    if sent.written is None:
        return sent
    if key in done:
        return replace(sent, outcome=done[key])
    found = compared[key].faults
    return replace(sent, faults=[_as_fault(each) for each in found], is_locked=LineFault.LOCKED in found)


def _as_fault(fault: Fault | LineFault) -> FieldFault:
    return FieldFault("number" if isinstance(fault, LineFault) else fault.field, str(fault_sentence(fault)))
