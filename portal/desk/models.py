"""What only staff see or need: notes, tags, views, answers that can still be undone, reminders."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Note(Model):
    """An internal note on a question; its own table, so that no customer code can load it by mistake."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "question_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(12), default="note")  # note, call
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)


class QuestionTag(Model):
    """A word that staff put on a question."""

    __tablename__ = "question_tags"
    __table_args__ = (Index(None, "tag", "question_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)


class SavedView(Model):
    """A queue with filters under a name; `address` is the part behind the question mark."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    queue: Mapped[str] = mapped_column(String(24))
    address: Mapped[str] = mapped_column(String(500), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)


class PendingAnswer(Model):
    """An answer in its fifteen seconds of undo: the customer sees nothing before `send_at`; the worker sends it."""

    __tablename__ = "pending_answers"
    __table_args__ = (Index(None, "sent_at", "send_at"), Index(None, "question_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(String(16))  # what follows it, as `Then` calls it
    version: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    send_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)


class Presence(Model):
    """Somebody has a case open; the rows of those who left are removed after a day."""

    __tablename__ = "presences"
    __table_args__ = (Index(None, "seen_at"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    wrote_at: Mapped[datetime | None] = mapped_column(Moment)


class StepTick(Model):
    """A step of the level's list that somebody has done."""

    __tablename__ = "step_ticks"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[str] = mapped_column(String(80), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(100))
    ticked_at: Mapped[datetime] = mapped_column(Moment)


class Reminder(Model):
    """A case comes back to somebody at a time."""

    __tablename__ = "reminders"
    __table_args__ = (Index(None, "done_at", "remind_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    remind_at: Mapped[datetime] = mapped_column(Moment)
    remark: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class QuestionLink(Model):
    """Two questions that belong together; `merged` means that the conversation of `question_id` went into the other."""

    __tablename__ = "question_links"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(12), default="related")
    created_at: Mapped[datetime] = mapped_column(Moment)


class SamePerson(Model):
    """Two records of customers are of one person, as staff said; each has a row of its own that names the other.

    Nobody may read more by it: it is shown at the desk alone.
    """

    __tablename__ = "same_people"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class InsertedArticle(Model):
    """How often staff put an article into an answer."""

    __tablename__ = "inserted_articles"

    article_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)


class ArticleFlag(Model):
    """What somebody who saw it at a case says is wrong with an article; editors read it with the case's number alone.

    `kind` is one of FlagKind. It goes with its question; whoever settled it stays by name.
    """

    __tablename__ = "article_flags"
    __table_args__ = (Index(None, "article_number", "language", "id"), Index(None, "question_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    article_number: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(12))
    sentence: Mapped[str] = mapped_column(String(300))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    user_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str] = mapped_column(String(100), default="")
