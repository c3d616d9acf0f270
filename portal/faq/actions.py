"""What changes when readers vote, search and open what they found."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Select, select

from portal.faq.models import ArticleCount, ArticleFeedback, SearchCount, StepCount
from portal.faq.rules import Article
from portal.foundation.database import add_to_rows, db, insert_once, transaction

_MAIL = re.compile(r"\S+@\S+")
_LONG_NUMBER = re.compile(r"\+?\d[\d\s./-]{5,}\d")
_MOST_WAITING = 5000
_NO_SEARCHES = {"searches": 0, "without_result": 0, "clicks": 0, "asked": 0}


def give_feedback(
    article: Article, *, voter: str, is_helpful: bool, reason: str | None, remark: str, now: datetime
) -> ArticleFeedback:
    """Keep one browser's vote; voting again changes it. A vote for yes forgets the reasons of an earlier no."""
    key = {"article_number": article.number, "language": article.language, "voter": voter}
    first = {"is_helpful": is_helpful, "remark": "", "created_at": now, "changed_at": now}
    with transaction():
        db.session.execute(insert_once(ArticleFeedback, key | first))
        feedback = db.session.scalars(_feedback(article, voter)).one()
        feedback.is_helpful = is_helpful
        feedback.reason = None if is_helpful else reason
        feedback.remark = "" if is_helpful else remark
        feedback.changed_at = now
    return feedback


def feedback_of(article: Article, voter: str) -> ArticleFeedback | None:
    """The vote that this browser gave, if it did."""
    return db.session.scalar(_feedback(article, voter))


class SearchTally:
    """Searches and clicks of this process that are not yet in the database.

    A search must not wait for a disk. What a killed process had not written yet is lost: seconds of statistics.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._searches: Counter[tuple[date, str, str, str]] = Counter()
        self._clicks: Counter[tuple[date, str, int, str]] = Counter()
        self._steps: Counter[tuple[date, str, int, int, str]] = Counter()

    def count_search(self, words: str, *, language: str, has_results: bool, on: date) -> None:
        """One search for these words."""
        self._add(words, language, on, "searches", *(() if has_results else ("without_result",)))

    def count_click(self, words: str, *, language: str, article_number: int, on: date) -> None:
        """One result of a search for these words was opened."""
        self._add(words, language, on, "clicks")
        with self._lock:
            self._clicks[on, language, article_number, "clicks"] += 1

    def count_asked(self, words: str, *, language: str, on: date) -> None:
        """Somebody searched for these words and sent a question all the same."""
        self._add(words, language, on, "asked")

    def count_step(self, number: int, step: int, *, language: str, on: date, has_asked: bool = False) -> None:
        """A reader of that article is stuck at that step; `has_asked`: and has sent a question about it."""
        with self._lock:
            if len(self._steps) < _MOST_WAITING:
                self._steps[on, language, number, step, "asked" if has_asked else "stuck"] += 1

    def _add(self, words: str, language: str, on: date, *columns: str) -> None:
        kept = anonymous_words(words)
        with self._lock:
            if kept and len(self._searches) < _MOST_WAITING:
                self._searches.update((on, language, kept, column) for column in columns)

    def write(self) -> None:
        """Add everything counted so far to the database, in one transaction; if that fails, the next try adds it."""
        with self._lock:
            searches, self._searches = self._searches, Counter()
            clicks, self._clicks = self._clicks, Counter()
            steps, self._steps = self._steps, Counter()
        if not searches and not clicks and not steps:
            return
        try:
            _add_to_database(searches, clicks, steps)
        except BaseException:
            with self._lock:
                self._searches.update(searches)
                self._clicks.update(clicks)
                self._steps.update(steps)
            raise


def anonymous_words(words: str) -> str:
    """The words as they are kept: lower case, at most 200 characters, no mail addresses and no long numbers."""
    without = _LONG_NUMBER.sub("…", _MAIL.sub("…", words.lower()))
    return " ".join(without.split())[:200]


def _add_to_database(searches: Counter[Any], clicks: Counter[Any], steps: Counter[Any]) -> None:
    with transaction():
        _add_counts(SearchCount, ("day", "language", "words"), searches, _NO_SEARCHES)
        _add_counts(ArticleCount, ("day", "language", "article_number"), clicks, {"clicks": 0})
        _add_counts(StepCount, ("day", "language", "article_number", "step"), steps, {"stuck": 0, "asked": 0})


def _add_counts(table: Any, key: Sequence[str], counted: Counter[Any], nothing: Mapping[str, int]) -> None:
    """What was counted by the key's values and the name of a column, added to the table."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    # Always in the same order, so that processes do not lock each other.
    for (*values, column), amount in sorted(counted.items()):
        row = rows.setdefault(tuple(values), {**dict(zip(key, values, strict=True)), **nothing})
        row[column] = amount
    if rows:
        add_to_rows(table, key, list(rows.values()))


def _feedback(article: Article, voter: str) -> Select[ArticleFeedback]:
    return select(ArticleFeedback).filter_by(article_number=article.number, language=article.language, voter=voter)
