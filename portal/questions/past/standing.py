"""Whose turn it was, which date held and who was responsible.

The ledger says which date held, and with it whose turn it was; the history says what ended and who was responsible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import func, or_, select

from portal.accounts.models import User
from portal.foundation.database import db
from portal.foundation.sql.prepared import plain_rows
from portal.journal.models import Event
from portal.questions.models import PromiseEntry, Question, state_seen
from portal.questions.past.history import columns_of, history_of
from portal.questions.past.said import messages_then
from portal.questions.queries import ListFilter, Reader, desk_hours, newest_from, service_levels
from portal.questions.rules import ClosedBy, Status
from portal.service_levels.rules import closing_at, reminder_at, reopen_until

# So many questions are looked through for a state that the database only knows of today.
_MOST = 200
_ENDS = ("question.solved", "question.closed")
_ANSWERS = ("question.answered", "question.kept_turn")
_GIVEN = ("question.assigned", "question.handed_over")
_TOOK_IN = "question.took_in"
_BY = {"staff": ClosedBy.STAFF.value, "system": ClosedBy.SILENCE.value}
# What an earlier date of these hides: it had not happened yet.
_DATED = ("first_answered_at", "begun_at", "confirmed_at", "last_customer_message_at")


@dataclass(frozen=True)
class Stood:
    """The question, its running promise and the name of who was responsible, all as they were then."""

    question: Question
    promise: PromiseEntry | None
    assignee_name: str


def stood(question: Question, moment: datetime) -> Stood | None:
    """How it stood at that moment; None when it had not been asked yet."""
    if question.created_at > moment:
        return None
    promise, history = _promise(question.id, moment), history_of(question.id)
    known = [each for each in history if each.at <= moment]
    values = {**columns_of(question, Question), **_standing(question, promise, known, moment)}
    values |= {name: None for name in _DATED if values[name] is not None and values[name] > moment}
    values["assignee_id"] = _assignee(question, history, known)
    newest = messages_then(cast("Question", SimpleNamespace(**values)), moment, limit=1)
    values["last_message_at"] = newest[-1][0].created_at if newest else question.created_at
    values["answer_due_at"] = promise.due_at if promise else None
    name = db.session.scalar(select(User.name).where(User.id == values["assignee_id"])) if promise else ""
    return Stood(cast("Question", SimpleNamespace(**values)), promise, name or "")


def questions_then(reader: Reader, wanted: ListFilter, moment: datetime, *, limit: int) -> Sequence[Question]:
    """The questions that had been asked by then and are wanted, each as it stood, the nearest to their place first."""
    asked = select(*Question.__table__.c).where(reader.condition, Question.created_at <= moment)
    most = limit if wanted.state is None else _MOST
    rows = plain_rows(newest_from(asked, wanted).limit(most), reader.values)
    found = [then.question for row in rows if (then := stood(row, moment))]
    return [each for each in found if wanted.state in (None, state_seen(each))][:limit]


def _promise(question_id: int, moment: datetime) -> PromiseEntry | None:
    """The line of the ledger that ran then, as if nothing had become of it yet."""
    has_run = PromiseEntry.made_at <= moment, or_(PromiseEntry.ended_at.is_(None), PromiseEntry.ended_at > moment)
    rows = select(PromiseEntry).where(PromiseEntry.question_id == question_id, *has_run)
    row = db.session.scalar(rows.order_by(PromiseEntry.id.desc()).limit(1))
    if row is None:
        return None
    values = columns_of(row, PromiseEntry)
    breached_at = row.breached_at if row.breached_at and row.breached_at <= moment else None
    ran = {**values, "ended_at": None, "outcome": "", "breached_at": breached_at}
    return cast("PromiseEntry", SimpleNamespace(**ran))


def _standing(
    question: Question, promise: PromiseEntry | None, known: Sequence[Event], moment: datetime
) -> dict[str, Any]:
    """Whose turn it was: ours while a promise ran, nobody's after an end, else the customer's."""
    values: dict[str, Any] = dict.fromkeys(
        ("waiting_since", "remind_at", "reminded_at", "close_at", "solved_at", "closed_at", "reopen_until")
    )
    values |= {"closed_by": "", "merged_into_id": None, "status": Status.OPEN.value}
    if promise is not None:
        return values
    turns = [each for each in known if each.verb in (*_ENDS, "question.reopened")]
    ended = turns[-1] if turns and turns[-1].verb in _ENDS else None
    if ended is not None:
        return values | _closed(question, ended, known)
    if not turns and question.closed_at is not None and question.closed_at <= moment:
        # Of a question that was brought in from elsewhere there is no history: it ended once and stayed so.
        names = ("solved_at", "closed_at", "closed_by", "reopen_until", "merged_into_id")
        return values | {"status": Status.CLOSED.value} | {name: getattr(question, name) for name in names}
    return values | _waiting(question, known, moment)


def _closed(question: Question, ended: Event, known: Sequence[Event]) -> dict[str, Any]:
    later = {each.verb for each in known if each.id > ended.id}
    zone, days = desk_hours(question.language).zone, service_levels().reopen_days
    values = {
        "status": Status.CLOSED.value,
        "closed_at": ended.at,
        "solved_at": ended.at if ended.verb == "question.solved" else None,
        "closed_by": _BY.get(ended.actor_kind, ClosedBy.CUSTOMER.value),
        "reopen_until": reopen_until(ended.at, days, zone=zone),
    }
    if "question.merged" in later:
        return values | _gone(ClosedBy.MERGE) | {"merged_into_id": question.merged_into_id}
    return values | _gone(ClosedBy.SPAM) if "question.spam" in later else values


def _gone(how: ClosedBy) -> dict[str, Any]:
    return {"closed_by": how.value, "reopen_until": None}


def _waiting(question: Question, known: Sequence[Event], moment: datetime) -> dict[str, Any]:
    """The customer's silence, counted anew from every further answer, by the opening hours of today."""
    ended = select(func.max(PromiseEntry.ended_at)).where(
        PromiseEntry.question_id == question.id, PromiseEntry.ended_at <= moment
    )
    answers = [each.at for each in known if each.verb == "question.answered"]
    since = max([at for at in (db.session.scalar(ended), *answers) if at], default=question.created_at)
    silence, hours = service_levels().silence, desk_hours(question.language)
    reminders = [each.at for each in known if each.verb == "question.reminded" and each.at >= since]
    close_at = closing_at(hours, since, silence.closing_days)
    return {
        "status": Status.WAITING.value,
        "waiting_since": since,
        "remind_at": None if reminders else reminder_at(hours, since, silence.reminder_days),
        "reminded_at": reminders[-1] if reminders else None,
        "close_at": max(close_at, reminders[-1] + timedelta(days=3)) if reminders else close_at,
    }


def _assignee(question: Question, history: Sequence[Event], known: Sequence[Event]) -> int | None:
    """Who was responsible: whoever it was given to, else whoever answered first."""
    giving = [each for each in history if _gives(each)]
    if not giving or giving[-1].at <= max((each.at for each in known), default=question.created_at):
        return question.assignee_id
    person: int | None = None
    for each in (each for each in known if _gives(each)):
        if each.verb in _GIVEN:
            person = each.details.get("user")
        else:
            # Whoever was responsible for the one that was taken in goes on with both.
            person = person or (question.assignee_id if each.verb == _TOOK_IN else each.actor_id)
    return person


def _gives(each: Event) -> bool:
    is_answer = each.verb in _ANSWERS or (each.verb == "question.waits" and "message" in each.details)
    return each.verb in (*_GIVEN, _TOOK_IN) or (is_answer and each.actor_kind == "staff")
