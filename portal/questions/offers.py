"""Answers of the FAQ that are offered while somebody writes, and the count of what became of them.

This room knows nothing of articles: the composition puts two functions into `app.extensions`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from flask import current_app
from markupsafe import Markup

from portal.foundation.database import db, insert_or_add, transaction
from portal.questions.models import AnswerOffer
from portal.questions.topics import Topic

MOST_OFFERS = 4
_SHORTEST = 3
_LARGEST_NUMBER = 2**31
_MOST_WAITING = 5000
COLUMNS = ("shown", "opened", "answered", "sent")


@dataclass(frozen=True)
class Answer:
    """An article as it is offered: opens in place, or by its address."""

    number: int
    title: str
    url: str
    summary: str = ""
    body: Markup | None = None


Matching = Callable[[str, Sequence[str], int], Sequence[Answer]]
ByNumber = Callable[[int], Answer | None]


def matching_answers(subject: str, body: str, topic: Topic | None) -> Sequence[Answer]:
    """Up to four articles for what is written so far, in the reader's language; those of the topic come first."""
    words = " ".join(f"{subject} {body}".split())
    if len(words) < _SHORTEST:
        return []
    find: Matching | None = current_app.extensions.get("matching_answers")
    return find(words, topic.categories if topic else (), MOST_OFFERS) if find else []


def answer_by_number(written: str) -> Answer | None:
    """The article with that number as it was typed into an address; None for anything else."""
    numbers = article_numbers(written, most=1)
    find: ByNumber | None = current_app.extensions.get("answer_by_number")
    return find(numbers[0]) if find and numbers else None


def article_numbers(written: str, *, most: int = 40) -> list[int]:
    """The numbers of a list such as `121,7`; what is none is left out."""
    parts = [part for part in written[:400].split(",") if part.isascii() and part.isdigit() and len(part) <= 10]
    return list(dict.fromkeys(int(part) for part in parts if int(part) < _LARGEST_NUMBER))[:most]


class OfferTally:
    """Offers of this process that are not yet in the database: writing a question must not wait for a disk."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: Counter[tuple[date, str, int, str]] = Counter()

    def count(self, column: str, numbers: Iterable[int], *, language: str, on: date) -> None:
        """These articles were `shown`, `opened`, said to have `answered`, or sent past (`sent`)."""
        if column not in COLUMNS:
            raise ValueError(f"offers are counted as {', '.join(COLUMNS)}, not {column}")
        with self._lock:
            if len(self._counted) < _MOST_WAITING:
                self._counted.update((on, language, number, column) for number in numbers)

    def write(self) -> None:
        """Add everything counted so far to the database, in one transaction; if that fails, the next try adds it."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            _add_to_database(counted)
        except BaseException:
            with self._lock:
                self._counted.update(counted)
            raise


def offer_tally() -> OfferTally:
    """The count of this process."""
    tally: OfferTally = current_app.extensions["offer_tally"]
    return tally


def _add_to_database(counted: Counter[tuple[date, str, int, str]]) -> None:
    with transaction():
        for (day, language, number, column), amount in sorted(counted.items()):
            key = {"day": day, "language": language, "article_number": number}
            others = dict.fromkeys(COLUMNS, 0)
            db.session.execute(insert_or_add(AnswerOffer, key, others | {column: amount}))
