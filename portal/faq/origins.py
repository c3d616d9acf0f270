"""Which questions an article came from: readers see how many, and whoever asked is told once."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.faq.models import ArticleOrigin
from portal.foundation import clock
from portal.foundation.database import db, hurried, make_once
from portal.foundation.web.here import OnePerApp

log = logging.getLogger(__name__)

_SECONDS = 60.0


@dataclass
class OriginCounts:
    """How many questions each article came from, read once a minute beside the pages; the last known counts.

    A page never asks for it itself: articles are read while the database stands still.
    """

    counts: Mapping[int, int] = field(default_factory=dict)
    read_at: float = -_SECONDS

    def of(self, number: int) -> int:
        """The number of questions for one article."""
        return self.counts.get(number, 0)

    def refresh(self) -> None:
        """Ask the database when the last time is a minute ago."""
        if clock.seconds() - self.read_at >= _SECONDS:
            self.read()

    def read(self) -> None:
        """Ask the database now."""
        self.read_at = clock.seconds()
        rows = select(ArticleOrigin.article_number, func.count()).group_by(ArticleOrigin.article_number)
        try:
            with hurried():
                self.counts = {number: count for number, count in db.session.execute(rows)}
        except SQLAlchemyError as error:
            log.warning("origins of articles could not be read: %s", type(error).__name__)
        finally:
            db.session.rollback()


ORIGIN_COUNTS = OnePerApp("origin_counts", OriginCounts)


def add_origins(article_number: int, question_ids: Iterable[int], *, user_id: int | None, now: datetime) -> None:
    """The article answers these questions, inside the caller's transaction; the same pair twice is one."""
    for question_id in question_ids:
        values = {"article_number": article_number, "question_id": question_id, "user_id": user_id, "created_at": now}
        make_once(ArticleOrigin, values | {"told_at": None})


def untold_articles() -> Sequence[int]:
    """The numbers of articles about which somebody is still to be told, once they are published."""
    rows = select(ArticleOrigin.article_number).where(ArticleOrigin.told_at.is_(None)).distinct()
    return db.session.scalars(rows.order_by(ArticleOrigin.article_number)).all()


def untold_of(article_number: int, *, limit: int) -> Sequence[int]:
    """The questions of that article whose askers were not told yet, the oldest first."""
    rows = select(ArticleOrigin.question_id).filter_by(article_number=article_number, told_at=None)
    return db.session.scalars(rows.order_by(ArticleOrigin.question_id).limit(limit)).all()


def is_any_untold(_now: datetime) -> bool:
    """Whether anybody is still to be told; most of them wait for an article to be published."""
    return db.session.scalar(select(ArticleOrigin.question_id).filter_by(told_at=None).limit(1)) is not None
