"""Which articles are opened most from searches: read beside the pages, so that the home page waits for nobody."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.faq.library import Edition
from portal.faq.models import ArticleCount
from portal.faq.queries import library, today
from portal.faq.rules import Entry
from portal.foundation import clock
from portal.foundation.database import db, hurried

MOST_ASKED_DAYS = 30
_SECONDS = 60.0
# Some of what was opened is no longer published.
_READ = 12
log = logging.getLogger(__name__)


@dataclass
class MostAsked:
    """The articles opened most in the last 30 days in each language, read once a minute; the last known count."""

    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    read_at: float = -_SECONDS

    def refresh(self) -> None:
        """Ask the database when the last time is a minute ago."""
        if clock.seconds() - self.read_at < _SECONDS:
            return
        self.read_at = clock.seconds()
        try:
            with hurried():
                self.numbers = {language: _numbers(language) for language in library().languages}
        except SQLAlchemyError as error:
            log.warning("most asked articles could not be read: %s", type(error).__name__)
        finally:
            db.session.rollback()


def most_asked(shown: Edition, *, limit: int = 6) -> list[Entry]:
    """The articles opened most from searches in the last 30 days, most first."""
    known: MostAsked = current_app.extensions["most_asked"]
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
