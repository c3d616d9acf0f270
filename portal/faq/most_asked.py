"""Which articles are opened most from searches: read beside the pages, so that the home page waits for nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select

from portal.faq.library import Edition
from portal.faq.models import ArticleCount
from portal.faq.queries import library, today
from portal.faq.rules import Entry
from portal.foundation.database import db
from portal.foundation.process.beside import ReadBeside
from portal.foundation.web.here import OnePerApp

MOST_ASKED_DAYS = 30
# Some of what was opened is no longer published.
_READ = 12


@dataclass
class MostAsked(ReadBeside):
    """The articles opened most in the last 30 days in each language, read once a minute; the last known count."""

    seconds = 60.0
    name = "most asked articles"

    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def read(self) -> None:
        """As of now."""
        self.numbers = {language: _numbers(language) for language in library().languages}


MOST_ASKED = OnePerApp("most_asked", MostAsked)


def most_asked(shown: Edition, *, limit: int = 6) -> list[Entry]:
    """The articles opened most from searches in the last 30 days, most first."""
    known = MOST_ASKED.here()
    found = (shown.by_number(number) for number in known.numbers.get(shown.language, ()))
    return [entry for entry in found if entry is not None][:limit]


def _numbers(language: str) -> Sequence[int]:
    since = today() - timedelta(days=MOST_ASKED_DAYS)
    clicks = func.sum(ArticleCount.clicks).label("clicks")
    counted = (
        select(ArticleCount.article_number)
        .where(ArticleCount.language == language, ArticleCount.day >= since)
        .group_by(ArticleCount.article_number)
        .order_by(clicks.desc(), ArticleCount.article_number)
        .limit(_READ)
    )
    return db.session.scalars(counted).all()
