"""Which questions an article came from: readers see how many, and whoever asked is told once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from portal.faq.models import ArticleOrigin
from portal.foundation.database import db, make_once
from portal.foundation.process.beside import ReadBeside
from portal.foundation.web.here import OnePerApp


@dataclass
class OriginCounts(ReadBeside):
    """How many questions each article came from, read once a minute."""

    seconds = 60.0
    name = "origins of articles"

    counts: Mapping[int, int] = field(default_factory=dict)

    def of(self, number: int) -> int:
        """The number of questions for one article."""
        return self.counts.get(number, 0)

    def read(self) -> None:
        """As of now."""
        rows = select(ArticleOrigin.article_number, func.count()).group_by(ArticleOrigin.article_number)
        self.counts = {number: count for number, count in db.session.execute(rows)}


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
