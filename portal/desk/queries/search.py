"""What the desk's search finds besides words: numbers, also parts of them, and articles."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.desk.queries.queues import lines_where
from portal.faq.queries import edition, keeper
from portal.faq.rules import Entry
from portal.faq.search import found_entry, suggestions_for
from portal.foundation.database import db
from portal.numbers.format import Number, read_number
from portal.numbers.models import NumberCounter
from portal.questions.models import Question

_MOST_DIGITS = 9


def number_of(typed: str) -> str | None:
    """The number of a case that is there, typed whole, with or without separators; Mistyped when it is wrong."""
    read = read_number(typed)
    return db.session.scalar(select(Question.number).filter_by(number=str(read))) if read else None


def numbers_like(typed: str) -> Sequence[Any]:
    """Cases whose running number this is, of any year: people say "one thousand and forty-two"."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS):
        return []
    counters = db.session.execute(select(NumberCounter.letter, NumberCounter.year)).all()
    numbers = [str(Number(each.letter, each.year, int(typed))) for each in counters]
    ids = select(Question.id).where(Question.number.in_(numbers)).limit(20)
    return [row for each in db.session.scalars(ids) for row in lines_where("q.id = :case", "q.id", 1, {"case": each})]


def articles_about(typed: str, limit: int = 5) -> list[Entry]:
    """Articles of the help pages in this person's language."""
    if not keeper().library.is_ready:
        return []
    shown = edition()
    found = (found_entry(hit, shown) for hit in suggestions_for(typed, limit=limit))
    return [entry for entry in found if entry is not None]
