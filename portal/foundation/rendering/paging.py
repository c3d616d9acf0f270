"""Lists in pages: the page that an address asks for, and the ways to the one before it and the one behind it.

A page begins behind a row, or ends before one. So the hundredth comes as fast as the first, and rows that come or go
meanwhile hide no other and show none twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import and_, or_

from portal.foundation.database import db
from portal.foundation.security import read_id
from portal.foundation.web.here import request_here

R = TypeVar("R")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Cursor:
    """The place of a row: what it is sorted by (microseconds since 1970; 0 where by its id alone), and its id."""

    value: int
    id: int

    @classmethod
    def of(cls, moment: datetime, row_id: int) -> "Cursor":
        """The place of a row that is sorted by a moment."""
        return cls((moment - _EPOCH) // _MICROSECOND, row_id)

    @property
    def moment(self) -> datetime:
        return _EPOCH + self.value * _MICROSECOND

    def __str__(self) -> str:
        return f"{self.value}.{self.id}" if self.value else str(self.id)


def read_cursor(written: str) -> Cursor | None:
    """A place as an address has it; None for anything that is none."""
    if not written:
        return None
    value, point, row = written.rpartition(".")
    is_value = value.isascii() and value.isdigit() and len(value) <= 17
    number = read_id(row)
    return None if number is None or (point and not is_value) else Cursor(int(value or 0), number)


@dataclass(frozen=True)
class Place:
    """Behind which row a page begins, or with `is_back` before which one it ends; the first page without a row."""

    row: Cursor | None = None
    is_back: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """What the address of that page asks for."""
        return {"before" if self.is_back else "after": str(self.row)} if self.row else {}


FIRST = Place()


def asked_place() -> Place:
    """The page that the address of this request asks for."""
    asked = request_here().args
    before = read_cursor(asked.get("before", ""))
    return Place(before, is_back=True) if before else Place(read_cursor(asked.get("after", "")))


@dataclass(frozen=True)
class Page(Generic[R]):
    """The rows of a page in the order of the list, and whether others stand before and behind them."""

    rows: Sequence[R]
    place: Place
    has_previous: bool
    has_next: bool


def page_at(place: Place, size: int, find: Callable[[Place], Sequence[R]]) -> Page[R]:
    """The page at that place; the first one where nothing is left there, or where fewer stand before it than fit.

    `find` gives the rows from a place on, the nearest first, one more than a page shows.
    """
    found = find(place)
    if place.row and len(found) < (size if place.is_back else 1):
        place = FIRST
        found = find(place)
    shown, has_more = found[:size], len(found) > size
    if place.is_back:
        return Page(shown[::-1], place if has_more else FIRST, has_previous=has_more, has_next=True)
    return Page(shown, place, has_previous=place.row is not None, has_next=has_more)


def page_of_rows(rows: Any, place: Place, size: int, *columns: Any, newest_first: bool = True) -> Page[Any]:
    """The page of what a statement selects, sorted by these columns: a moment, if any, and the id."""

    def find(at: Place) -> Sequence[Any]:
        return db.session.scalars(from_there(rows, at, *columns, newest_first=newest_first).limit(size + 1)).all()

    return page_at(place, size, find)


def from_there(rows: Any, place: Place, *columns: Any, newest_first: bool = True) -> Any:
    """The statement with the rows from that place on, the nearest first, sorted by a moment, if any, and the id."""
    goes_down = newest_first is not place.is_back
    if place.row is not None:
        rows = rows.where(_beyond(place.row, *columns, goes_down=goes_down))
    return rows.order_by(*(each.desc() if goes_down else each for each in columns))


def _beyond(row: Cursor, *columns: Any, goes_down: bool) -> Any:
    *moments, number = columns
    past = number < row.id if goes_down else number > row.id
    for each in moments:
        # The first condition says nothing more, but an index can walk by it.
        there = each <= row.moment if goes_down else each >= row.moment
        past = and_(there, or_(each < row.moment if goes_down else each > row.moment, past))
    return past


class Ways(NamedTuple):
    """The addresses of other pages of a list; "" for what is not there."""

    first: str
    previous: str
    next: str


def _by_id(row: Any) -> Cursor | None:
    return Cursor(0, row.id)


def ways(page: Page[R], address: Callable[..., str], cursor: Callable[[R], Cursor | None] = _by_id) -> Ways:
    """The ways on from a page; `address` takes what a page asks for by name, `cursor` gives the place of a row."""

    def way(row: R, *, is_back: bool) -> str:
        place = Place(cursor(row), is_back=is_back)
        return address(**place.asked) if place.row else ""

    return Ways(
        first=address() if page.has_previous else "",
        previous=way(page.rows[0], is_back=True) if page.has_previous else "",
        next=way(page.rows[-1], is_back=False) if page.has_next else "",
    )
