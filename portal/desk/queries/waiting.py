"""What the desk must come back to: reminders that are due, and cases of which the customer hears nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from portal.desk.models import Reminder
from portal.foundation.database import db
from portal.notifications.models import StaffNotice
from portal.questions.models import Question
from portal.questions.queries import desk_hours
from portal.questions.rules import Status
from portal.service_levels.business_hours import BusinessHours, working_days_after

# Somewhere between two openings there are never more days than this (closures last a year at most).
_LONGEST = 400


def due_reminders(now: datetime, limit: int) -> Sequence[int]:
    """The ids of reminders whose time has come."""
    rows = select(Reminder.id).where(Reminder.done_at.is_(None), Reminder.remind_at <= now)
    return db.session.scalars(rows.order_by(Reminder.remind_at, Reminder.id).limit(limit)).all()


def coming_reminders(user_id: int, limit: int) -> Sequence[Any]:
    """When somebody wanted to be reminded of which case, and what for, the next one first."""
    rows = select(Reminder.remind_at, Reminder.remark, Question.number, Question.subject).join(Question)
    own = rows.where(Reminder.user_id == user_id, Reminder.done_at.is_(None))
    return db.session.execute(own.order_by(Reminder.remind_at, Reminder.id).limit(limit)).all()


def silent_cases(now: datetime, days: int, limit: int) -> Sequence[int]:
    """Open cases whose customer saw nothing new for so many working days, and of which nobody was told since."""
    return db.session.scalars(_silent(now, days).order_by(Question.id).limit(limit)).all()


def is_silent(question: Question, now: datetime, days: int) -> bool:
    """Whether the customer of this case saw nothing new for so many working days; asked again inside a transaction."""
    return db.session.scalar(_silent(now, days).where(Question.id == question.id)) is not None


def silent_since(hours: BusinessHours, now: datetime, days: int) -> datetime:
    """The latest day so far back that so many working days have passed since."""
    back = days
    while back < _LONGEST and working_days_after(hours, now - timedelta(days=back), days) > now:
        back += 1
    return now - timedelta(days=back)


def _silent(now: datetime, days: int) -> Select[Any]:
    since = silent_since(desk_hours("de"), now, days)
    told: ColumnElement[bool] = exists().where(
        StaffNotice.subject_type == "question",
        StaffNotice.subject_id == Question.id,
        StaffNotice.kind == "question.silent",
        StaffNotice.created_at > since,
    )
    is_quiet = Question.status == Status.OPEN.value, Question.last_message_at <= since
    return select(Question.id).where(*is_quiet, ~told)
