"""Named reads of questions and of what promises are counted with."""

from flask import current_app
from sqlalchemy import select

from portal.foundation.database import db
from portal.questions.models import PromiseEntry, Question
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
