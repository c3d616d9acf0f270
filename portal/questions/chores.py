"""What the worker does for questions: warn, record what was missed, remind, and close what stays silent.

Each question is a transaction of its own, loaded in it for the change and looked at again: two workers who find the
same question at one moment do the same thing once.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from portal.accounts.queries import user_of
from portal.foundation.chores import Chore, done_one_by_one
from portal.foundation.database import db, transaction
from portal.foundation.i18n import local_time
from portal.journal.actions import record
from portal.journal.rules import SYSTEM
from portal.questions.actions.closing import finish
from portal.questions.actions.promises import promise_of
from portal.questions.models import Question
from portal.questions.notices.desk import tell_desk_breached, tell_desk_warned
from portal.questions.notices.thread import tell_closed, tell_missed, tell_reminded
from portal.questions.offers import forget_old_offers, has_old_offers
from portal.questions.queries import customer_of, desk_hours, locked_question, running_promise, service_levels
from portal.questions.rules import ClosedBy, Status
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.promises import Happening
from portal.service_levels.rules import new_date

_BATCH = 100


def warn(now: datetime) -> bool:
    """Tell staff once when three quarters of a promise's time have passed; True when more are waiting."""
    return _each(_to_warn(now), _warn, now)


def record_breaches(now: datetime) -> bool:
    """Record once that a promise was missed, tell the customer the new date, and staff; True when more are waiting."""
    return _each(_to_record(now), _record_breach, now)


def remind(now: datetime) -> bool:
    """Remind customers whose turn it has been for some working days; True when more are waiting."""
    return _each(_to_remind(now), _remind, now)


def close_silent(now: datetime) -> bool:
    """Close what was reminded of and stays silent; True when more are waiting."""
    return _each(_to_close(now), _close, now)


def _to_warn(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Question.warn_at <= now,)


def _to_record(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Question.status == Status.OPEN, Question.answer_due_at < now, Question.breached_at.is_(None)


def _to_remind(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Question.remind_at <= now,)


def _to_close(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Question.close_at <= now, Question.reminded_at.is_not(None)


def _warn(question: Question, now: datetime) -> None:
    if question.warn_at is None or question.warn_at > now:
        return
    question.warn_at = None
    record("question.warned", "question", question.id, by=SYSTEM, at=now)
    tells = service_levels().level(question.level).tells
    tell_desk_warned(question, tells.warning, deputy_id=_deputy(question), now=now)


def _record_breach(question: Question, now: datetime) -> None:
    due_at = question.answer_due_at
    running = running_promise(question.id)
    if running is None or due_at is None or due_at >= now or question.breached_at is not None:
        return
    running.breached_at = question.breached_at = now
    question.warn_at = None
    question.version += 1
    level = service_levels().level(question.level)
    again = new_date(desk_hours(question.language), promise_of(running), level, now)
    record("question.breached", "question", question.id, by=SYSTEM, at=now, due_at=due_at.isoformat())
    tell_missed(question, customer_of(question), again, now=now)
    tell_desk_breached(question, level.tells.breach, deputy_id=_deputy(question), now=now)


def _remind(question: Question, now: datetime) -> None:
    if question.status != Status.WAITING or question.remind_at is None or question.remind_at > now:
        return
    question.remind_at, question.reminded_at = None, now
    # A worker that was away for long leaves the customer the days that the reminder announces.
    question.close_at = max(question.close_at or now, now + timedelta(days=3))
    question.version += 1
    record("question.reminded", "question", question.id, by=SYSTEM, at=now)
    tell_reminded(question, customer_of(question), now=now)


def _close(question: Question, now: datetime) -> None:
    is_due = question.close_at is not None and question.close_at <= now
    if question.status != Status.WAITING or not is_due or question.reminded_at is None:
        return
    finish(question, Happening.CLOSED, ClosedBy.SILENCE, by=SYSTEM, now=now)
    tell_closed(question, customer_of(question), now=now, by_silence=True)


def _each(conditions: Iterable[ColumnElement[bool]], act: Callable[[Question, datetime], None], now: datetime) -> bool:
    ids = db.session.scalars(select(Question.id).where(*conditions).order_by(Question.id).limit(_BATCH)).all()

    def act_once(question_id: int) -> None:
        with transaction():
            act(locked_question(question_id), now)

    return done_one_by_one(ids, act_once, f"{act.__name__} of question") > 0 and len(ids) == _BATCH


def _is_any(conditions: Callable[[datetime], tuple[ColumnElement[bool], ...]]) -> Callable[[datetime], bool]:
    def is_due(now: datetime) -> bool:
        return db.session.scalar(select(Question.id).where(*conditions(now)).limit(1)) is not None

    return is_due


def _deputy(question: Question) -> int | None:
    topic = TOPICS_FILE.here().topics.get(question.topic)
    user = user_of(topic.deputy) if topic and topic.deputy else None
    return user.id if user and user.is_staff else None


_OFTEN, _NOW_AND_THEN, _SELDOM = timedelta(seconds=10), timedelta(minutes=5), timedelta(hours=6)

CHORES = (
    Chore("questions.warnings", warn, every=_OFTEN, is_due=_is_any(_to_warn), trusts_clock=True),
    Chore("questions.breaches", record_breaches, every=_OFTEN, is_due=_is_any(_to_record), trusts_clock=True),
    Chore("questions.reminders", remind, every=_NOW_AND_THEN, is_due=_is_any(_to_remind), trusts_clock=True),
    Chore("questions.closings", close_silent, every=_NOW_AND_THEN, is_due=_is_any(_to_close), trusts_clock=True),
    Chore(
        "questions.offers",
        lambda now: forget_old_offers(local_time(now).date()),
        every=_SELDOM,
        is_due=lambda now: has_old_offers(local_time(now).date()),
        trusts_clock=True,
    ),
)
