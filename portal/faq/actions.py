"""What changes when readers vote, search and open what they found."""

import re
from datetime import date, datetime

from sqlalchemy import Select, select

from portal.faq.models import ArticleCount, ArticleFeedback, SearchCount, StepCount
from portal.faq.rules import Article
from portal.foundation.database import db, insert_once, transaction
from portal.foundation.tally import Tally, write_down

_MAIL = re.compile(r"\S+@\S+")
_LONG_NUMBER = re.compile(r"\+?\d[\d\s./-]{5,}\d")


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
        self._searches, self._clicks, self._steps = Tally(SearchCount), Tally(ArticleCount), Tally(StepCount)

    def count_search(self, words: str, *, language: str, has_results: bool, on: date) -> None:
        """One search for these words."""
        self._add(words, language, on, "searches", *(() if has_results else ("without_result",)))

    def count_click(self, words: str, *, language: str, article_number: int, on: date) -> None:
        """One result of a search for these words was opened."""
        self._add(words, language, on, "clicks")
        self._clicks.count((on, language, article_number), "clicks")

    def count_asked(self, words: str, *, language: str, on: date) -> None:
        """Somebody searched for these words and sent a question all the same."""
        self._add(words, language, on, "asked")

    def count_step(self, number: int, step: int, *, language: str, on: date, has_asked: bool = False) -> None:
        """A reader of that article is stuck at that step; `has_asked`: and has sent a question about it."""
        self._steps.count((on, language, number, step), "asked" if has_asked else "stuck")

    def _add(self, words: str, language: str, on: date, *columns: str) -> None:
        kept = anonymous_words(words)
        if kept:
            self._searches.count((on, language, kept), *columns)

    def write(self) -> None:
        """Add everything counted so far to the database, in one transaction; if that fails, the next try adds it."""
        write_down(self._searches, self._clicks, self._steps)


def anonymous_words(words: str) -> str:
    """The words as they are kept: lower case, at most 200 characters, no mail addresses and no long numbers."""
    without = _LONG_NUMBER.sub("…", _MAIL.sub("…", words.lower()))
    return " ".join(without.split())[:200]


def _feedback(article: Article, voter: str) -> Select[ArticleFeedback]:
    return select(ArticleFeedback).filter_by(article_number=article.number, language=article.language, voter=voter)
