"""Named reads of questions and of what promises are counted with."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, not_, or_, select

from portal.foundation.database import db
from portal.questions.models import Draft, Message, PromiseEntry, Question, Rating, SheetEntry
from portal.questions.rules import CustomerState, Status
from portal.service_levels.business_hours import BusinessHours
from portal.service_levels.desk_hours import read_desk_hours
from portal.service_levels.levels import ServiceLevels


def service_levels() -> ServiceLevels:
    """The levels of this moment."""
    levels: ServiceLevels = current_app.extensions["levels"].levels
    return levels


def desk_hours(language: str) -> BusinessHours:
    """The hours in which promises are counted, with the names of closed days in that language."""
    return read_desk_hours(current_app.extensions["company"], language)


def locked_question(question_id: int) -> Question:
    """The question as it is now, for a change: whoever else wants to change it waits for this transaction."""
    row = select(Question).where(Question.id == question_id).with_for_update()
    return db.session.scalars(row.execution_options(populate_existing=True)).one()


def running_promise(question_id: int) -> PromiseEntry | None:
    """The promise that nobody has ended yet; None while it is not our turn."""
    row = select(PromiseEntry).where(PromiseEntry.question_id == question_id, PromiseEntry.ended_at.is_(None))
    return db.session.scalar(row.execution_options(populate_existing=True))


def ended_promises(question_id: int, limit: int = 50) -> Sequence[PromiseEntry]:
    """The last promises that have ended, oldest first."""
    rows = select(PromiseEntry).where(PromiseEntry.question_id == question_id, PromiseEntry.ended_at.is_not(None))
    return db.session.scalars(rows.order_by(PromiseEntry.id.desc()).limit(limit)).all()[::-1]


def messages_of(
    question_id: int, *, before: int | None = None, after: int | None = None, limit: int
) -> Sequence[Message]:
    """The last messages, those before one, or the first after one; always oldest first."""
    rows = select(Message).where(Message.question_id == question_id).limit(limit)
    if after is not None:
        return db.session.scalars(rows.where(Message.id > after).order_by(Message.id)).all()
    if before is not None:
        rows = rows.where(Message.id < before)
    return db.session.scalars(rows.order_by(Message.id.desc())).all()[::-1]


def sheet_of(question_id: int) -> dict[str, SheetEntry]:
    """The written lines of the case sheet by their name."""
    rows = db.session.scalars(select(SheetEntry).where(SheetEntry.question_id == question_id))
    return {row.line: row for row in rows if row.text}


def rating_of(question_id: int) -> Rating | None:
    """The customer's judgement, if there is one."""
    return db.session.get(Rating, question_id)


def reply_draft(user_id: int, question_id: int) -> str:
    """What somebody who is signed in has typed for this question and not sent."""
    draft = db.session.get(Draft, (user_id, f"reply:{question_id}"))
    return str(draft.content.get("body", "")) if draft else ""


def number_of(question_id: int, customer_id: int) -> str | None:
    """The number of another question of the same customer."""
    return db.session.scalar(select(Question.number).filter_by(id=question_id, customer_id=customer_id))


def is_message_of(message_id: int, question_id: int) -> bool:
    """Whether that message stands on that question's page."""
    row = select(Message.id).where(Message.id == message_id, Message.question_id == question_id)
    return db.session.scalar(row.where(Message.withdrawn_at.is_(None))) is not None


@dataclass(frozen=True)
class ListFilter:
    """Which of somebody's questions are wanted: words of subject or number, a state, older than an id."""

    words: str = ""
    state: CustomerState | None = None
    before: int | None = None


def questions_where(reader: ColumnElement[bool], wanted: ListFilter, *, limit: int) -> Sequence[Question]:
    """The newest questions that this reader may see and wants; one statement."""
    rows = select(Question).where(reader).order_by(Question.id.desc()).limit(limit)
    if wanted.words:
        subject = Question.subject.icontains(wanted.words, autoescape=True)
        rows = rows.where(or_(subject, Question.number.icontains(wanted.words, autoescape=True)))
    if wanted.state:
        rows = rows.where(*_STATES[wanted.state])
    if wanted.before:
        rows = rows.where(Question.id < wanted.before)
    return db.session.scalars(rows).all()


_IS_IN_WORK = or_(Question.first_answered_at.is_not(None), Question.assignee_id.is_not(None))
_STATES: dict[CustomerState, tuple[ColumnElement[bool], ...]] = {
    CustomerState.RECEIVED: (Question.status == Status.OPEN, not_(_IS_IN_WORK)),
    CustomerState.IN_WORK: (Question.status == Status.OPEN, _IS_IN_WORK),
    CustomerState.YOUR_TURN: (Question.status == Status.WAITING,),
    CustomerState.SOLVED: (Question.status == Status.CLOSED, Question.solved_at.is_not(None)),
    CustomerState.CLOSED: (Question.status == Status.CLOSED, Question.solved_at.is_(None)),
}
