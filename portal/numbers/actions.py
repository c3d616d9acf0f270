"""Give out the next number."""

from typing import Any

from sqlalchemy import bindparam, update

from portal.foundation.crash import crash_point
from portal.foundation.database import make_once
from portal.foundation.sql.prepared import Prepared
from portal.numbers.format import Number
from portal.numbers.models import NumberCounter

_COUNTER = update(NumberCounter).where(
    NumberCounter.letter == bindparam("of_letter"), NumberCounter.year == bindparam("of_year")
)
_RAISE = Prepared(_COUNTER.values(last=NumberCounter.last + 1).returning(NumberCounter.last))
_LOWER = Prepared(_COUNTER.values(last=NumberCounter.last - 1))


def next_number(letter: str, year: int) -> Number:
    """The next number of that letter and (four-digit) year, inside the caller's transaction; nobody else gets it."""
    of: dict[str, Any] = {"of_letter": letter, "of_year": year % 100}
    last = _raised(of)
    if last is None:
        # The first of a year: whoever comes at the same moment finds the row made.
        make_once(NumberCounter, {"letter": letter, "year": year % 100, "last": 0})
        last = _raised(of)
    if last is None:
        raise RuntimeError(f"no counter for {letter}{year}")
    crash_point("after_number")
    return Number(letter, year % 100, last)


def give_back_number(letter: str, year: int) -> None:
    """Let the number that was given out last in this very transaction be the next one: nobody else has seen it."""
    _LOWER.rows({"of_letter": letter, "of_year": year % 100})


def _raised(of: dict[str, Any]) -> int | None:
    found = _RAISE.rows(of)
    return int(found[0].last) if found else None
