"""What changes when readers vote, search and open what they found."""

import re
from datetime import date, datetime
from functools import cache
from types import SimpleNamespace
from typing import cast

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.faq.models import ArticleCount, ArticleFeedback, SearchCount, StepCount
from portal.faq.rules import Article
from portal.foundation.database import db
from portal.foundation.process.tally import Tally, write_down
from portal.foundation.sql.prepared import Prepared
from portal.foundation.sql.together import together
from portal.foundation.web.here import OnePerApp

_MAIL = re.compile(r"\S+@\S+")
_LONG_NUMBER = re.compile(r"\+?\d[\d\s./-]{5,}\d")


def give_feedback(
    article: Article, *, voter: str, is_helpful: bool, reason: str | None, remark: str, now: datetime
) -> ArticleFeedback:
    """Keep one browser's vote; voting again changes it. A vote for yes forgets the reasons of an earlier no.

    What comes back is the vote as it is kept, to be read only.
    """
    key = {"article_number": article.number, "language": article.language, "voter": voter}
    said = {"is_helpful": is_helpful, "reason": None if is_helpful else reason, "remark": "" if is_helpful else remark}
    values = {**key, **said, "created_at": now, "changed_at": now}
    statement = _vote(db.engine.dialect.name)
    # Once or twice is the same, and many readers vote at one moment.
    together(lambda: statement.rows(values), lane="votes", place=tuple(key.values()))
    return cast("ArticleFeedback", SimpleNamespace(**values))


@cache
def _vote(dialect: str) -> Prepared:
    made = (postgresql if dialect == "postgresql" else sqlite).insert(ArticleFeedback.__table__)
    changed = {name: made.excluded[name] for name in ("is_helpful", "reason", "remark", "changed_at")}
    key = ("article_number", "language", "voter")
    return Prepared(
        made.on_conflict_do_update(index_elements=key, set_=changed), columns=(*key, *changed, "created_at")
    )


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


SEARCH_TALLY = OnePerApp("search_tally", SearchTally)


def anonymous_words(words: str) -> str:
    """The words as they are kept: lower case, at most 200 characters, no mail addresses and no long numbers."""
    without = _LONG_NUMBER.sub("…", _MAIL.sub("…", words.lower()))
    return " ".join(without.split())[:200]


def _feedback(article: Article, voter: str) -> Select[ArticleFeedback]:
    return select(ArticleFeedback).filter_by(article_number=article.number, language=article.language, voter=voter)
