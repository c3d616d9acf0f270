"""Give out the next number."""

from typing import Any

from sqlalchemy import bindparam, update

from portal.foundation.database import db, make_once
from portal.numbers.format import Number
from portal.numbers.models import NumberCounter

_RAISE = (
    update(NumberCounter)
    .where(NumberCounter.letter == bindparam("of_letter"), NumberCounter.year == bindparam("of_year"))
    .values(last=NumberCounter.last + 1)
    .returning(NumberCounter.last)
)


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
    return Number(letter, year % 100, last)


def _raised(of: dict[str, Any]) -> int | None:
    # On the connection: the session would load and look after a row that only this statement may change.
    return db.session.connection().scalar(_RAISE, of)
