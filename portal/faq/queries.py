"""Named reads: the edition a reader sees, and what was opened most."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app, g
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ServiceUnavailable

from portal.faq.library import Edition, Keeper, Library
from portal.faq.models import ArticleCount
from portal.faq.rules import Entry
from portal.foundation import clock
from portal.foundation.database import db, hurried
from portal.foundation.i18n import current_language

MOST_ASKED_DAYS = 30
log = logging.getLogger(__name__)


def keeper() -> Keeper:
    """What keeps this process's copy of the content up to date."""
    found: Keeper = current_app.extensions["faq"]
    return found


def library() -> Library:
    """All content as it is now; the same object for the whole request, even when it changes meanwhile."""
    if "library" not in g:
        g.library = keeper().library
    found: Library = g.library
    return found


def ready_library() -> Library:
    """The same, or 503 while a process has no content yet: an empty page or a 404 would be a lie that others keep."""
    found = library()
    if not found.is_ready:
        raise ServiceUnavailable(retry_after=5)
    return found


def today() -> date:
    """The date at the company."""
    return clock.today(current_app.extensions["company"].zone)


def edition(language: str | None = None) -> Edition:
    """What the public may read today in a language; without one, in the reader's."""
    return ready_library().edition(language or current_language(), today())


def most_asked(shown: Edition, *, limit: int = 6) -> list[Entry]:
    """The articles opened most from searches in the last 30 days, most first; none while no database answers."""
    since = today() - timedelta(days=MOST_ASKED_DAYS)
    clicks = func.sum(ArticleCount.clicks).label("clicks")
    counted = (
        select(ArticleCount.article_number)
        .where(ArticleCount.language == shown.language, ArticleCount.day >= since)
        .group_by(ArticleCount.article_number)
        .order_by(clicks.desc(), ArticleCount.article_number)
        .limit(limit * 2)
    )
    try:
        with hurried():
            numbers = db.session.scalars(counted).all()
    except SQLAlchemyError as error:
        # The home page needs no database but for this list.
        log.warning("most asked articles are unknown: %s", type(error).__name__)
        return []
    found = (shown.by_number(number) for number in numbers)
    return [entry for entry in found if entry is not None][:limit]


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the home page to here."""

    title: str
    url: str
