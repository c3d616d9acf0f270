"""Versions of a file, and proposals that wait."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from portal.editing.models import ArticleProposal, ArticleVersion
from portal.foundation.database import db
from portal.foundation.rendering.paging import Page, Place, page_of_rows

LIST_SIZE = 100


def versions_of(file: str, place: Place) -> Page[ArticleVersion]:
    """One page of the versions of a file, the newest first; their texts are read only when they are asked for."""
    rows = select(ArticleVersion).filter_by(file=file).options(defer(ArticleVersion.text))
    return page_of_rows(rows, place, LIST_SIZE, ArticleVersion.id)


def version_before(version: ArticleVersion) -> ArticleVersion | None:
    """The version of the same file that was kept before this one."""
    rows = select(ArticleVersion).filter_by(file=version.file).where(ArticleVersion.id < version.id)
    return db.session.scalar(rows.order_by(ArticleVersion.id.desc()).limit(1))


def newest_version(file: str) -> ArticleVersion | None:
    """The version that was kept last."""
    rows = select(ArticleVersion).filter_by(file=file).order_by(ArticleVersion.id.desc()).limit(1)
    return db.session.scalar(rows)


def has_version(file: str, digest: str) -> bool:
    """Whether a text of that file is kept already."""
    row = select(ArticleVersion.id).filter_by(file=file, digest=digest).limit(1)
    return db.session.scalar(row) is not None


def open_proposals() -> Sequence[ArticleProposal]:
    """Proposals that nobody has decided about, the oldest first."""
    rows = select(ArticleProposal).where(ArticleProposal.decided_at.is_(None))
    return db.session.scalars(rows.order_by(ArticleProposal.id).limit(LIST_SIZE)).all()


def count_proposals() -> int:
    """How many wait."""
    rows = select(func.count()).select_from(ArticleProposal).where(ArticleProposal.decided_at.is_(None))
    return db.session.scalar(rows) or 0


def proposals_from(question_id: int) -> Sequence[ArticleProposal]:
    """What was proposed from a question."""
    rows = select(ArticleProposal).filter_by(question_id=question_id).order_by(ArticleProposal.id)
    return db.session.scalars(rows).all()
