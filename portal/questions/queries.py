"""Named reads of questions and of what promises are counted with."""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select

from portal.foundation.database import db
from portal.questions.models import Draft, Message, PromiseEntry, Question, Rating, SheetEntry
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
