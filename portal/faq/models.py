"""What readers do with the FAQ: votes on articles, and sums of searches by day. No row names a person."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Reason(StrEnum):
    """Why an article did not help."""

    MISSING = "missing"
    UNCLEAR = "unclear"
    WRONG = "wrong"
    OTHER = "other"


class ArticleFeedback(Model):
    """One browser's vote on one article; `voter` is the hash of a random mark that the browser keeps."""

    __tablename__ = "article_feedback"
    __table_args__ = (UniqueConstraint("article_number", "language", "voter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_number: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    voter: Mapped[str] = mapped_column(String(64))
    is_helpful: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(16))
    remark: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class SearchCount(Model):
    """How often the same words were searched on a day; those without result or click are the gaps.

    `asked`: how often somebody sent a question afterwards, with these words along.
    """

    __tablename__ = "search_counts"
    __table_args__ = (Index(None, "day", "without_result"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    words: Mapped[str] = mapped_column(String(200), primary_key=True)
    searches: Mapped[int] = mapped_column(default=0)
    without_result: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0, server_default="0")


class ArticleCount(Model):
    """How often an article was opened from a search on a day."""

    __tablename__ = "article_counts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    article_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clicks: Mapped[int] = mapped_column(default=0)


class StepCount(Model):
    """How often readers of an article said on a day that they are stuck at a step, and how many of them then asked."""

    __tablename__ = "step_counts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    article_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stuck: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)


class SettledGap(Model):
    """A gap that an editor has dealt with; searches of later days open it again. `stems` name it within a language."""

    __tablename__ = "settled_gaps"

    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    stems: Mapped[str] = mapped_column(String(200), primary_key=True)
    settled_on: Mapped[date] = mapped_column(Date)
    settled_by: Mapped[str] = mapped_column(String(100), default="")


class ArticleOrigin(Model):
    """A question that an article came from; whoever asked it is told once when the article is published.

    `told_at` is set when that is done, also when nobody had to be told. `user_id` is the member of staff who saw it.
    """

    __tablename__ = "article_origins"
    __table_args__ = (Index(None, "question_id"), Index(None, "told_at"))

    article_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)
