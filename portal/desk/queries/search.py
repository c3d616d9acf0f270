"""What the desk's search finds besides words: numbers, also parts of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.desk.queries.queues import lines_where
from portal.foundation.database import db
from portal.foundation.sql.prepared import Prepared
from portal.numbers.format import Number, read_number
from portal.numbers.models import NumberCounter
from portal.questions.models import Question

_MOST_DIGITS, _MOST_ALIKE = 9, 20
_COUNTERS = Prepared(select(NumberCounter.letter, NumberCounter.year))


def number_of(typed: str) -> str | None:
    """The number of a case that is there, typed whole, with or without separators; Mistyped when it is wrong."""
    read = read_number(typed)
    return db.session.scalar(select(Question.number).filter_by(number=str(read))) if read else None


def numbers_like(typed: str) -> Sequence[Any]:
    """Cases whose running number this is, of any year: people say "one thousand and forty-two"."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
        return []
    numbers = [str(Number(each.letter, each.year, int(typed))) for each in _COUNTERS.rows()]
    values = {f"number{at}": each for at, each in enumerate(numbers)}
    condition = f"q.number IN ({', '.join(f':{name}' for name in values)})"
    return lines_where(condition, "q.number", _MOST_ALIKE, values) if values else []
