"""A question and everything that stands on its page."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment
from portal.questions.rules import CustomerState, Status, customer_state, is_begun


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Question(Model):
    """A numbered request for help. `version` rises with every visible change: pages ask for it to find news.

    Promise: `answer_due_at` is the running one (None while it is not our turn); its history is in `promises`.
    `article_number` and `article_step` are what was read before asking, `searched_words` what was searched.
    `asker_name` is the name that was given with this question: others may have used the same address before.
    `begun_at`: staff moved the promise, changed the level or wrote on the case sheet for the first time.
    Silence: `remind_at` and `close_at` are set while it is the customer's turn, and announced on the page.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index(None, "created_at"),
        Index(None, "customer_id", "id"),
        Index(None, "status", "answer_due_at", "id"),
        Index(None, "assignee_id", "status", "answer_due_at"),
        # A question that is asked gets into as few indexes as possible: it waits for nobody yet and is not closed.
        # The status stands in them all the same: without it SQLite would sort instead of taking their order.
        Index("ix_questions_waiting", "status", "waiting_since", "id", **_where("status = 'waiting'")),
        Index("ix_questions_closed", "status", "closed_at", "id", **_where("status = 'closed'")),
        Index(
            "ix_questions_assignee_closed", "assignee_id", "status", "closed_at", "id", **_where("status = 'closed'")
        ),
        Index(
            "ix_questions_callbacks",
            "source",
            "answer_due_at",
            "id",
            **_where("source = 'callback' AND status = 'open'"),
        ),
        Index(None, "warn_at", **_where("warn_at IS NOT NULL")),
        Index(None, "remind_at", **_where("remind_at IS NOT NULL")),
        Index(None, "close_at", **_where("close_at IS NOT NULL")),
        Index(None, "article_number", **_where("article_number IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    asker_name: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(8))
    topic: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    article_number: Mapped[int | None]
    article_step: Mapped[int | None]
    searched_words: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(16), default="web")
    can_continue: Mapped[str] = mapped_column(String(8), default="")
    affects: Mapped[str] = mapped_column(String(8), default="")
    needed_by: Mapped[date | None] = mapped_column(Date)
    proposed_level: Mapped[str] = mapped_column(String(32))
    level: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(8), default=Status.OPEN.value)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_message_at: Mapped[datetime] = mapped_column(Moment)
    last_customer_message_at: Mapped[datetime | None] = mapped_column(Moment)
    first_answered_at: Mapped[datetime | None] = mapped_column(Moment)
    begun_at: Mapped[datetime | None] = mapped_column(Moment)
    answer_due_at: Mapped[datetime | None] = mapped_column(Moment)
    warn_at: Mapped[datetime | None] = mapped_column(Moment)
    breached_at: Mapped[datetime | None] = mapped_column(Moment)
    solution_due_at: Mapped[datetime | None] = mapped_column(Moment)
    solution_minutes_left: Mapped[float | None] = mapped_column(Float)
    waiting_since: Mapped[datetime | None] = mapped_column(Moment)
    remind_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    close_at: Mapped[datetime | None] = mapped_column(Moment)
    solved_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str] = mapped_column(String(12), default="")
    reopen_until: Mapped[datetime | None] = mapped_column(Moment)
    # Nothing uses it any more: a later release takes it away (docs/operating.md).
    warned_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def is_closed(self) -> bool:
        return self.status == Status.CLOSED


def state_seen(question: Any) -> CustomerState:
    """The state that its customer sees, of a question or of any row with these columns of it."""
    is_in_work = is_begun(question.first_answered_at, question.assignee_id, question.begun_at)
    return customer_state(question.status, is_in_work=is_in_work, is_solved=question.solved_at is not None)


class Message(Model):
    """One entry of the conversation, always visible to customer and staff. The customer's text is plain text.

    `is_thanks`: it came to a solved question, said thanks and nothing else, and left it solved.
    """

    __tablename__ = "messages"
    __table_args__ = (Index(None, "question_id", "id"), Index(None, "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(12))
    user_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(String(100))
    author_role: Mapped[str] = mapped_column(String(16), default="")
    channel: Mapped[str] = mapped_column(String(12), default="web")
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    # Web processes of the version before write messages while this one is being installed.
    is_thanks: Mapped[bool] = mapped_column(default=False, server_default=false())


class PromiseEntry(Model):
    """One line of the promise ledger: which date was promised, why, and what became of it.

    At most one of a question has no `ended_at`: the running one, also after it was missed, until somebody answers.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index(None, "question_id", "id"),
        Index(None, "due_at"),
        Index("uq_promises_running", "question_id", unique=True, **_where("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(32))
    because: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(Text, default="")
    is_moved: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(100), default="")
    counted_from: Mapped[datetime] = mapped_column(Moment)
    minutes: Mapped[int]
    skipped: Mapped[list[Any]] = mapped_column(JSON, default=list)
    due_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    breached_at: Mapped[datetime | None] = mapped_column(Moment)


class SheetEntry(Model):
    """One of the five lines of the case sheet, with who wrote it, and the customer's "not right"."""

    __tablename__ = "case_sheet"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[str] = mapped_column(String(12), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    author_name: Mapped[str] = mapped_column(String(100), default="")
    changed_at: Mapped[datetime] = mapped_column(Moment)
    objection: Mapped[str] = mapped_column(Text, default="")
    objected_at: Mapped[datetime | None] = mapped_column(Moment)


class Rating(Model):
    """The customer's judgement of a solved question: one of three faces and a sentence, changeable."""

    __tablename__ = "ratings"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    face: Mapped[str] = mapped_column(String(8))
    sentence: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
