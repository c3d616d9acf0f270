"""Level, reminders and steps of a case."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete

from portal.desk.models import Reminder, StepTick
from portal.foundation.database import db, insert_once, transaction
from portal.foundation.i18n import LOCALES
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.actions.moving import change_level
from portal.questions.models import Question
from portal.questions.queries import locked_question
from portal.service_levels.errors import DateNotAhead


def set_level(question: Question, level: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Another service level; a reason is only asked for where it departs from what the answers propose.

    LevelReasonMissing and UnknownLevel refuse.
    """
    if not reason and level == question.proposed_level:
        with force_locale(LOCALES.get(question.language, question.language)):
            reason = _("It is what your answers about the urgency lead to.")
    change_level(question.id, level, reason=reason, by=by, now=now)


def set_reminder(question_id: int, remind_at: datetime, *, remark: str, by: Actor, now: datetime) -> None:
    """Let a case come back to whoever asks; DateNotAhead for a moment that has passed. The same one twice is one."""
    if remind_at <= now:
        raise DateNotAhead
    with transaction():
        locked_question(question_id)
        own = Reminder.question_id == question_id, Reminder.user_id == by.id, Reminder.done_at.is_(None)
        db.session.execute(delete(Reminder).where(*own, Reminder.remind_at == remind_at))
        reminder = Reminder(question_id=question_id, user_id=by.id, remind_at=remind_at, remark=remark, created_at=now)
        db.session.add(reminder)


def drop_reminder(question_id: int, reminder_id: int, *, by: Actor, now: datetime) -> None:
    """Take an own reminder back; nothing changes for one of somebody else."""
    with transaction():
        reminder = db.session.get(Reminder, reminder_id)
        if reminder and (reminder.question_id, reminder.user_id, reminder.done_at) == (question_id, by.id, None):
            reminder.done_at = now


def tick_step(question_id: int, step: str, text: str, *, is_done: bool, by: Actor, now: datetime) -> None:
    """Mark a step of the level's list as done, or not done after all; `text` is what the history says."""
    with transaction():
        locked_question(question_id)
        if is_done:
            values = {"question_id": question_id, "step": step, "user_id": by.id}
            values |= {"author_name": by.name, "ticked_at": now}
            done = db.session.execute(insert_once(StepTick, values))
        else:
            done = db.session.execute(
                delete(StepTick).where(StepTick.question_id == question_id, StepTick.step == step)
            )
        if done.rowcount:  # type: ignore[attr-defined]
            verb = "question.step_done" if is_done else "question.step_undone"
            record(verb, "question", question_id, by=by, at=now, step=step, text=text)
