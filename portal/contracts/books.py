"""A file from the company's books: what would happen, line by line, and doing it; the same file twice changes nothing.

Every kind of thing that books hold (`Book`) goes this one way.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.contracts.models import ContractImport
from portal.contracts.reading import LIMITS, Fault, field_of
from portal.contracts.rules.spelling import number_key
from portal.customers.rules import Origin, Source
from portal.foundation.database import db, transaction
from portal.foundation.files.table_files import Columns, Row, read_table
from portal.foundation.sql.trying import repeatable
from portal.journal.rules import Actor

_BATCH = 200


class Outcome(StrEnum):
    """What a line does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULTY = "faulty"


class LineFault(StrEnum):
    """What is wrong with a line as a whole."""

    TWICE = "twice"  # the number stands in an earlier line
    TOO_MANY_FIELDS = "too_many_fields"
    LOCKED = "locked"  # erased, and only kept because a law says so


@dataclass(frozen=True)
class Line:
    """One line of the file: its number as an editor shows it, what it does, and why it cannot.

    `number` and `about` are what it says of itself.
    """

    at: int
    number: str
    about: str
    outcome: Outcome
    changed: tuple[str, ...] = ()
    faults: tuple[Fault | LineFault, ...] = ()
    written: Any = None

    @property
    def emptied(self) -> tuple[str, ...]:
        """Those of the changed columns in which nothing will stand any more."""
        columns = self.written.columns() if self.changed else {}
        return tuple(name for name in self.changed if field_of(name) == name and columns.get(name, name) in ("", None))


@dataclass(frozen=True)
class Preview:
    """What an import would do; nothing is changed by it. `left_alone` are the columns that the file does not have."""

    lines: tuple[Line, ...]
    encoding: str
    separator: str
    left_alone: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many lines have that outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def faulty(self) -> list[Line]:
        return [line for line in self.lines if line.outcome == Outcome.FAULTY]


class Refused(Exception):
    """A line cannot be kept any more: what was written since the look decides otherwise. Nothing of it was written."""

    def __init__(self, fault: Fault | LineFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Keep(Protocol):
    """Writes one line down, inside the caller's transaction; whether anything changed. It may raise Refused."""

    def __call__(self, written: Any, /, *, origin: Origin, by: Actor, now: datetime) -> bool: ...


@dataclass(frozen=True)
class Book:
    """One kind of thing: its columns, the one that stands beside the number, how a line is read, compared and kept.

    `find` gives what is kept under the keys of numbers. `read` gets the fields of a line and what is kept of the same
    number, if anything, which counts where the line has no such field. `compare` gets what was written under each
    number's key, beside what is kept, and gives what there is to say of it: the columns that it would change (None: it
    is new), and faults that only the database knows.
    """

    columns: Columns
    about: str
    find: Callable[[Collection[str]], Mapping[str, Any]]
    read: Callable[[Mapping[str, str], Any], tuple[Any, list[Fault]]]
    compare: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, "Compared"]]
    keep: Keep


@dataclass(frozen=True)
class Compared:
    """What a written thing is beside what is kept."""

    changed: Sequence[str] | None = None
    faults: Sequence[Fault | LineFault] = ()


def look_at(book: Book, content: bytes) -> Preview:
    """What this file would do, line by line; TroubledFile when it is no such table at all."""
    table = read_table(content, book.columns)
    left_alone = tuple(name for name in book.columns.names if name not in table.columns)
    return Preview(tuple(lines_of(book, table.rows)), table.encoding, table.separator, left_alone)


def lines_of(book: Book, rows: Sequence[Row]) -> list[Line]:
    """What each of these rows would do, wherever they were written."""
    keys = {number_key(row.fields.get("number", "")) for row in rows}
    kept = book.find({key for key in keys if 0 < len(key) <= LIMITS["number"]})
    read = list(_read(book, rows, kept))
    compared = book.compare({number_key(line.number): line.written for line in read if line.written}, kept)
    return [_beside(line, compared) for line in read]


def import_from(book: Book, content: bytes, *, origin: Origin, by: Actor, now: datetime) -> Preview:
    """Import every correct line of the file; what comes back says what was done, the faulty lines among it."""
    planned = look_at(book, content)
    done = import_lines(book, planned.lines, origin=origin, by=by, now=now)
    return replace(planned, lines=tuple(done))


def import_lines(book: Book, lines: Sequence[Line], *, origin: Origin, by: Actor, now: datetime) -> list[Line]:
    """Write down every line that is not faulty; all lines, with those that an earlier one made faulty."""
    keep, done = partial(book.keep, origin=origin, by=by, now=now), list[Line]()
    for begin in range(0, len(lines), _BATCH):
        batch = lines[begin : begin + _BATCH]
        try:
            done += _kept(batch, keep)
        except IntegrityError:
            # Somebody added one of them at the same moment: now it is there.
            done += _kept(batch, keep)
    return done


def imported(by: Actor, file_name: str) -> Origin:
    """The origin of what stands in a file that somebody imports."""
    return Origin(Source.IMPORT, by.name, file_name[:120])


def stage(kind: str, content: bytes, file_name: str, *, user_id: int, now: datetime) -> str:
    """Keep a file for a day, so that what was looked at is what is imported; the mark by which it is found.

    `kind` names what it holds, such as "contracts".
    """
    mark = secrets.token_urlsafe(32)
    values = {"kind": kind, "file_name": file_name[:120], "content": content, "made_at": now}
    with transaction():
        db.session.add(ContractImport(mark=mark, user_id=user_id, **values))
    return mark


def staged(kind: str, mark: str, *, user_id: int) -> ContractImport | None:
    """The file of that kind that this person has uploaded, if it is still there."""
    return db.session.scalar(select(ContractImport).filter_by(kind=kind, mark=mark, user_id=user_id))


def _read(book: Book, rows: Sequence[Row], kept: Mapping[str, Any]) -> Iterator[Line]:
    seen: set[str] = set()
    for row in rows:
        number, about = (row.fields.get(name, "").strip() for name in ("number", book.about))
        key = number_key(number)
        written, faults = book.read(row.fields, kept.get(key))
        found: list[Fault | LineFault] = [*faults]
        if row.has_extra:
            found.append(LineFault.TOO_MANY_FIELDS)
        if key and key in seen:
            found.append(LineFault.TWICE)
        seen.add(key)
        outcome = Outcome.FAULTY if found else Outcome.NEW
        yield Line(row.at, number, about, outcome, faults=tuple(found), written=None if found else written)


@repeatable
def _kept(lines: Sequence[Line], keep: Callable[[Any], bool]) -> list[Line]:
    with transaction():
        return [line if line.outcome == Outcome.FAULTY else _tried(line, keep) for line in lines]


def _tried(line: Line, keep: Callable[[Any], bool]) -> Line:
    try:
        keep(line.written)
    except Refused as refused:
        return _refused(line, [refused.fault])
    return line


def _refused(line: Line, faults: Sequence[Fault | LineFault]) -> Line:
    return replace(line, outcome=Outcome.FAULTY, faults=tuple(faults), written=None)


def _beside(line: Line, compared: Mapping[str, Compared]) -> Line:
    found = compared.get(number_key(line.number)) if line.written else None
    if found is None:
        return line
    if found.faults:
        return _refused(line, found.faults)
    if found.changed is None:
        return line
    outcome = Outcome.CHANGED if found.changed else Outcome.SAME
    return replace(line, outcome=outcome, changed=tuple(found.changed))
