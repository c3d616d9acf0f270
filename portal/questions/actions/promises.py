"""The one way in which a promise begins, moves and ends: service_levels decides, here it is written down."""

from datetime import date, datetime
from typing import Any

from portal.foundation.database import db, make_row
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.models import PromiseEntry, Question
from portal.questions.queries import desk_hours, running_promise, service_levels
from portal.questions.rules import Status
from portal.service_levels.business_hours import SkippedDay
from portal.service_levels.promises import Happening, Outcome, Promise, PromiseKind, Standing, Step, Turn
from portal.service_levels.rules import advance, closing_at, reminder_at, reopen_until, warn_at

_TURNS = {Status.OPEN: Turn.OURS, Status.WAITING: Turn.CUSTOMERS, Status.CLOSED: Turn.NOBODY}
_STATUSES = {turn: status for status, turn in _TURNS.items()}


def advance_question(
    question: Question,
    happening: Happening,
    *,
    at: datetime,
    by: Actor,
    reason: str = "",
    until: datetime | None = None,
    message_id: int | None = None,
) -> Step:
    """Let something happen to a question, inside the caller's transaction, in which the question was loaded.

    Writes turn, promise, silence and ledger, raises `version` and records `question.<happening>`. The level is the one
    in `question.level`; `until` belongs to MOVED. A new question must be added to the session before. Gives the step
    back, so that the caller knows who is to be told. ImpossibleHappening, DateNotAhead and DateTooFar refuse.
    """
    is_new = happening is Happening.ASKED
    running = None if is_new else running_promise(question.id)
    before = None if is_new else standing_of(question, running)
    level, hours = service_levels().level(question.level), desk_hours(question.language)
    step = advance(before, happening, at=at, level=level, hours=hours, until=until)
    if running is not None and step.ended is not None:
        _end(running, step.ended, at, question)
    # The ledger holds one running promise at most: the old one ends in the database before the new one comes.
    db.session.flush()
    if step.standing.promise is not None and (running is None or step.ended is not None):
        db.session.add(_entry(question, step.standing.promise, because=happening, at=at, by=by, reason=reason))
    _stand(question, step.standing, happening, at)
    if not is_new:
        question.version += 1
    record(f"question.{happening}", "question", question.id, by=by, at=at, **_details(step, reason, message_id))
    return step


def begin_promise(question_id: int, promise: Promise, *, at: datetime, by: Actor) -> None:
    """What `advance_question` writes for a question that was just asked, without loading anything."""
    asked = Happening.ASKED
    make_row(PromiseEntry, {"question_id": question_id, **_made(promise, because=asked, at=at, by=by, reason="")})
    record(f"question.{asked}", "question", question_id, by=by, at=at, due_at=promise.due_at.isoformat())


def standing_of(question: Question, running: PromiseEntry | None) -> Standing:
    """Where the question stands, as the plain value that service_levels decides with."""
    return Standing(
        turn=_TURNS[Status(question.status)],
        promise=promise_of(running) if running else None,
        has_first_answer=question.first_answered_at is not None,
        solution_minutes_left=question.solution_minutes_left,
        solution_due_at=question.solution_due_at,
    )


# What `promise_of` reads, for whoever needs nothing else of a line.
OF_PROMISE = (
    *(PromiseEntry.kind, PromiseEntry.level, PromiseEntry.counted_from, PromiseEntry.due_at, PromiseEntry.minutes),
    *(PromiseEntry.skipped, PromiseEntry.is_moved),
)


def promise_of(entry: PromiseEntry) -> Promise:
    """A line of the ledger as a plain value."""
    skipped = tuple(SkippedDay(date.fromisoformat(on), name) for on, name in entry.skipped)
    kind = PromiseKind(entry.kind)
    return Promise(kind, entry.level, entry.counted_from, entry.due_at, entry.minutes, skipped, entry.is_moved)


def _end(entry: PromiseEntry, outcome: Outcome, at: datetime, question: Question) -> None:
    entry.ended_at, entry.outcome = at, outcome.value
    if outcome is Outcome.MISSED and entry.breached_at is None:
        # Somebody answered late, before the worker came by: the breach is recorded all the same.
        entry.breached_at = at
    question.answer_due_at = question.warn_at = question.breached_at = None


def _entry(
    question: Question, promise: Promise, *, because: Happening, at: datetime, by: Actor, reason: str
) -> PromiseEntry:
    question.answer_due_at = promise.due_at
    question.warn_at = warn_at(desk_hours(question.language), promise)
    question.breached_at = None
    return PromiseEntry(question_id=question.id, **_made(promise, because=because, at=at, by=by, reason=reason))


def _made(promise: Promise, *, because: Happening, at: datetime, by: Actor, reason: str) -> dict[str, Any]:
    """The columns of a line of the ledger."""
    return {
        "kind": promise.kind.value,
        "level": promise.level,
        "because": because.value,
        "reason": reason,
        "is_moved": promise.is_moved,
        "made_at": at,
        "made_by": by.name,
        "counted_from": promise.counted_from,
        "minutes": promise.minutes,
        "skipped": [[each.on.isoformat(), each.name] for each in promise.skipped],
        "due_at": promise.due_at,
    }


def _stand(question: Question, standing: Standing, happening: Happening, at: datetime) -> None:
    status = _STATUSES[standing.turn]
    if standing.has_first_answer and question.first_answered_at is None:
        question.first_answered_at = at
    question.solution_due_at = standing.solution_due_at
    question.solution_minutes_left = standing.solution_minutes_left
    _wait(question, status, happening, at)
    _close(question, status, at)
    question.status = status.value


def _wait(question: Question, status: Status, happening: Happening, at: datetime) -> None:
    """Silence counts from the moment it became the customer's turn, and anew from every further answer."""
    if status is not Status.WAITING:
        question.waiting_since = question.remind_at = question.reminded_at = question.close_at = None
    elif question.status != Status.WAITING or happening is Happening.ANSWERED:
        silence, hours = service_levels().silence, desk_hours(question.language)
        question.waiting_since, question.reminded_at = at, None
        question.remind_at = reminder_at(hours, at, silence.reminder_days)
        question.close_at = closing_at(hours, at, silence.closing_days)


def _close(question: Question, status: Status, at: datetime) -> None:
    if status is not Status.CLOSED:
        question.closed_at = question.solved_at = question.reopen_until = None
        question.closed_by = ""
    elif question.status != Status.CLOSED:
        zone = desk_hours(question.language).zone
        question.closed_at = at
        question.reopen_until = reopen_until(at, service_levels().reopen_days, zone=zone)


def _details(step: Step, reason: str, message_id: int | None) -> dict[str, object]:
    promise = step.standing.promise
    told = {
        "message": message_id,
        "reason": reason,
        "ended": step.ended.value if step.ended else "",
        "due_at": promise.due_at.isoformat() if promise else "",
    }
    return {name: value for name, value in told.items() if value}
