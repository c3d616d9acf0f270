"""Give out the next number."""

from sqlalchemy import update

from portal.foundation.database import db, insert_once
from portal.numbers.format import Number
from portal.numbers.models import NumberCounter


def next_number(letter: str, year: int) -> Number:
    """The next number of that letter and (four-digit) year, inside the caller's transaction; nobody else gets it."""
    raise_last = (
        update(NumberCounter)
        .where(NumberCounter.letter == letter, NumberCounter.year == year % 100)
        .values(last=NumberCounter.last + 1)
        .returning(NumberCounter.last)
        .execution_options(synchronize_session=False)
    )
    last = db.session.scalar(raise_last)
    if last is None:
        # The first of a year: whoever comes at the same moment finds the row made.
        db.session.execute(insert_once(NumberCounter, {"letter": letter, "year": year % 100, "last": 0}))
        last = db.session.scalar(raise_last)
    if last is None:
        raise RuntimeError(f"no counter for {letter}{year}")
    return Number(letter, year % 100, last)
