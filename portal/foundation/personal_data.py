"""What a room says about the data of persons in its tables: what they may take along, what goes, what stays and why.

Every room declares its `HOLDINGS` in a file `privacy.py`; `portal/privacy.py` puts them together, and a test of the
house demands that every table is named there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import delete, update

from portal.foundation.database import db
from portal.foundation.web.here import OnePerApp

# So many values stand in one condition: both databases take more, but not any number.
_AT_ONCE = 500


@dataclass(frozen=True)
class Fact:
    """One value under its name: `key` in the file for machines, `label` for people; `words` say a code to people."""

    key: str
    label: str
    value: Any
    words: str = ""


@dataclass(frozen=True)
class TakenFile:
    """A file that goes along: its path in the archive, and how its bytes are opened."""

    path: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Record:
    """One thing of a person: a question, a message, a sign-in."""

    title: str
    facts: Sequence[Fact] = ()
    sections: "Sequence[Section]" = ()
    files: Sequence[TakenFile] = ()


@dataclass(frozen=True)
class Section:
    """Things of one kind; `records` may be read while it is written down, so that never all of them are in memory."""

    key: str
    title: str
    records: Iterable[Record]


@dataclass(frozen=True)
class Kept:
    """What must stay: what it is, by which norm, until when (None: as long as the contract runs)."""

    what: str
    norm: str
    until: date | None = None


@dataclass
class Trail:
    """Everything that is to go, gathered before anything goes.

    `things` are kinds with numbers, such as `{"question": {12, 13}}`; `addresses` are normalised. `spares_open`: what
    is not settled stays (the account is closed, the person did not ask for erasure). `is_person`: the person goes, not
    only some things. Rooms add what is theirs in `collect`, and read what others added in `erase`.
    """

    now: datetime
    user_id: int | None = None
    customer_ids: set[int] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    is_person: bool = True
    spares_open: bool = False
    things: dict[str, set[int]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def add(self, kind: str, ids: Iterable[int]) -> None:
        """These things of that kind go as well."""
        self.things.setdefault(kind, set()).update(ids)

    def of(self, kind: str) -> list[int]:
        """The numbers of all things of that kind, in order."""
        return sorted(self.things.get(kind, ()))


def _nothing(_trail: Trail) -> None:
    return None


def _none(_trail: Trail) -> Iterator[Any]:
    return iter(())


@dataclass(frozen=True)
class Holding:
    """What one room holds of persons, in `tables`.

    `collect` gathers and `erase` removes, both inside the caller's transaction, rooms of upper floors first. `keep`
    names what stays for a person, `export` what they may take along. `ends` are the days on which what binds the person
    to the company ends or has ended.
    """

    name: str
    tables: tuple[str, ...]
    collect: Callable[[Trail], None] = _nothing
    erase: Callable[[Trail], None] = _nothing
    keep: Callable[[Trail], Iterable[Kept]] = _none
    export: Callable[[Trail], Iterable[Section]] = _none
    ends: Callable[[Trail], Iterable[date]] = _none


# What all rooms declared, upper floors first.
ALL_HOLDINGS = OnePerApp[tuple[Holding, ...]]("holdings")


def pieces(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in lists that fit into one condition."""
    whole = sorted(values)
    for at in range(0, len(whole), _AT_ONCE):
        yield whole[at : at + _AT_ONCE]


def remove_where(column: Any, values: Iterable[Any], *further: Any) -> int:
    """Remove the rows whose column has one of the values, inside the caller's transaction; how many."""
    gone = 0
    for some in pieces(values):
        rows = delete(column.class_).where(column.in_(some), *further)
        gone += int(db.session.execute(rows.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
    return gone


def change_where(column: Any, values: Iterable[Any], *further: Any, **changes: Any) -> None:
    """Change the rows whose column has one of the values, inside the caller's transaction."""
    for some in pieces(values):
        rows = update(column.class_).where(column.in_(some), *further).values(**changes)
        db.session.execute(rows.execution_options(synchronize_session=False))
