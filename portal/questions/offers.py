"""Answers of the FAQ that are offered while somebody writes, and the count of what became of them.

This room knows nothing of articles: the composition puts in how they are found (`portal/matching.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from markupsafe import Markup
from sqlalchemy import delete, func, select

from portal.foundation.database import db, transaction
from portal.foundation.process.tally import Tally, write_down
from portal.foundation.web.here import OnePerApp
from portal.questions.models import AnswerOffer
from portal.questions.topics import Topic

MOST_OFFERS = 4
_SHORTEST = 3
_LARGEST_NUMBER = 2**31
KEPT_DAYS = 90
COLUMNS = ("shown", "opened", "answered", "sent")


@dataclass(frozen=True)
class Answer:
    """An article as it is offered: opens in place, or by its address. `language` is set when it is not the reader's."""

    number: int
    title: str
    url: str
    summary: str = ""
    body: Markup | None = None
    language: str = ""


class ReadingTraces(Protocol):
    """What readers did before they asked, counted without a name; the composition fills it in."""

    def count_stuck(self, number: int, step: int) -> None:
        """Somebody says that they are stuck at that step of the article."""

    def count_asked(self, words: str, number: int | None, step: int | None) -> None:
        """Somebody sent a question after searching for words (or ""), from an article and perhaps its step."""


READING_TRACES = OnePerApp[ReadingTraces]("reading_traces")


# By words, the topic's folders and how many at most; by a number; by numbers and perhaps another language.
MATCHING = OnePerApp[Callable[[str, Sequence[str], int], Sequence[Answer]]]("matching_answers")
BY_NUMBER = OnePerApp[Callable[[int], Answer | None]]("answer_by_number")
BY_NUMBERS = OnePerApp[Callable[[Sequence[int], str | None], Sequence[Answer]]]("answers_by_number")


def matching_answers(subject: str, body: str, topic: Topic | None) -> Sequence[Answer]:
    """Up to four articles for what is written so far, in the reader's language; those of the topic come first."""
    words = " ".join(f"{subject} {body}".split())
    if len(words) < _SHORTEST:
        return []
    return MATCHING.here()(words, topic.categories if topic else (), MOST_OFFERS)


def answer_by_number(written: str) -> Answer | None:
    """The article with that number as it was typed into an address; None for anything else."""
    numbers = article_numbers(written, most=1)
    return BY_NUMBER.here()(numbers[0]) if numbers else None


def answers_by_number(numbers: Sequence[int], language: str | None = None) -> Sequence[Answer]:
    """Those of these articles that the public may read now, in the reader's language; a page never waits for them."""
    return BY_NUMBERS.here()(numbers, language) if numbers else ()


def article_numbers(written: str, *, most: int = 40) -> list[int]:
    """The numbers of a list such as `121,7`; what is none is left out."""
    parts = [part for part in written[:400].split(",") if part.isascii() and part.isdigit() and len(part) <= 10]
    return list(dict.fromkeys(int(part) for part in parts if int(part) < _LARGEST_NUMBER))[:most]


class OfferTally:
    """Offers of this process that are not yet in the database: writing a question must not wait for a disk."""

    def __init__(self) -> None:
        self._offers = Tally(AnswerOffer)

    def count(self, column: str, numbers: Iterable[int], *, language: str, on: date) -> None:
        """These articles were `shown`, `opened`, said to have `answered`, or sent past (`sent`)."""
        if column not in COLUMNS:
            raise ValueError(f"offers are counted as {', '.join(COLUMNS)}, not {column}")
        for number in numbers:
            self._offers.count((on, language, number), column)

    def write(self) -> None:
        """Add everything counted so far to the database."""
        write_down(self._offers)


OFFER_TALLY = OnePerApp("offer_tally", OfferTally)


@dataclass(frozen=True)
class Offering:
    """Answers that were shown while somebody wrote, opened, said to have answered, and sent past all the same."""

    shown: int = 0
    opened: int = 0
    answered: int = 0
    sent: int = 0


def offering(since: date, until: date, *, language: str) -> Offering:
    """The sums from the first to the last of these days, for reports; they name nobody and are kept ninety days."""
    row = db.session.execute(_chosen(select(*_SUMS), since, until, language)).one()
    return Offering(*(int(amount or 0) for amount in row))


def offering_by_day(since: date, until: date) -> Sequence[tuple[date, Offering]]:
    """The sums of each of these days on which anything was offered, the oldest first."""
    rows = _chosen(select(AnswerOffer.day, *_SUMS), since, until, "")
    found = db.session.execute(rows.group_by(AnswerOffer.day).order_by(AnswerOffer.day))
    return [(day, Offering(*(int(amount or 0) for amount in amounts))) for day, *amounts in found]


def has_old_offers(today: date) -> bool:
    """Whether there are sums that are no longer kept."""
    old = select(AnswerOffer.day).where(AnswerOffer.day < today - timedelta(days=KEPT_DAYS))
    return db.session.scalar(old.limit(1)) is not None


def forget_old_offers(today: date) -> None:
    """Remove the sums of more than ninety days ago."""
    with transaction():
        db.session.execute(delete(AnswerOffer).where(AnswerOffer.day < today - timedelta(days=KEPT_DAYS)))


_SUMS = tuple(func.sum(getattr(AnswerOffer, column)) for column in COLUMNS)


def _chosen(rows: Any, since: date, until: date, language: str) -> Any:
    chosen = rows.where(AnswerOffer.day >= since, AnswerOffer.day <= until)
    return chosen.where(AnswerOffer.language == language) if language else chosen
