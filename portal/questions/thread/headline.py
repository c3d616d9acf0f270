"""What stands on top of a question: whose turn it is, until when, and why that date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.foundation.i18n import current_language
from portal.questions.access import OpenQuestion
from portal.questions.actions.promises import promise_of
from portal.questions.models import PromiseEntry, Question, state_seen
from portal.questions.queries import desk_hours, service_levels
from portal.questions.rules import CustomerState, can_reopen, news_tag
from portal.questions.thread.words import duration, week_lines
from portal.service_levels.business_hours import BusinessHours, closes_at, next_opening
from portal.service_levels.levels import ServiceLevels
from portal.service_levels.promises import Happening, Outcome, Promise, PromiseKind
from portal.service_levels.rules import is_overdue, new_date

# Only these put a date in the place of another one; every other promise begins anew.
_REPLACING = (Happening.MOVED, Happening.LEVEL_CHANGED, Happening.HOURS_CHANGED)
_GAVE_WAY = (Outcome.MOVED, Outcome.REPLACED, Outcome.MISSED)


@dataclass(frozen=True)
class OldDate:
    """A date that was promised and no longer holds, with the reason."""

    due_at: datetime
    reason: str
    is_missed: bool


@dataclass(frozen=True)
class Why:
    """Why the date is what it is. `runs_from`: when it opens next, if it was closed when the counting began."""

    level: str
    definition: str
    counted_from: datetime
    runs_from: datetime | None
    duration: str
    is_first: bool
    is_moved: bool
    is_chosen: bool
    reason: str
    hours: Sequence[str]
    skipped: Sequence[tuple[date, str]]


@dataclass(frozen=True)
class Headline:
    """The promise and whose turn it is. `due_at` is the date that holds now, also after one was missed."""

    state: CustomerState
    due_at: datetime | None
    is_late: bool
    old_dates: Sequence[OldDate]
    why: Why | None
    assignee_name: str
    remind_at: datetime | None
    close_at: datetime | None
    closed_at: datetime | None
    reopen_until: datetime | None
    is_silence: bool

    def tag(self, version: int) -> str:
        """Changes whenever the page would show something else: with the version, or because time has passed."""
        is_open_again = self.reopen_until is not None
        return news_tag(version, current_language(), self.due_at, is_late=self.is_late, can_reopen=is_open_again)


def has_older_dates(opened: OpenQuestion) -> bool:
    """Whether the running promise came in the place of another one, so that its headline needs the ledger."""
    return opened.promise is not None and opened.promise.because in _REPLACING


def headline_of(opened: OpenQuestion, ledger: Sequence[PromiseEntry], now: datetime) -> Headline:
    """The headline; `ledger` are the ended promises of the question, oldest first (empty where only the tag counts)."""
    question, running = opened.question, opened.promise
    is_late = running is not None and is_overdue(running.due_at, now)
    can_open_again = can_reopen(question.status, question.reopen_until, now)
    return Headline(
        state=state_seen(question),
        due_at=_date(opened, now),
        is_late=is_late,
        old_dates=_old_dates(running, ledger, is_late=is_late) if running else (),
        why=_why(running) if running else None,
        assignee_name=opened.assignee_name,
        remind_at=question.remind_at,
        close_at=question.close_at,
        closed_at=question.closed_at,
        reopen_until=question.reopen_until if can_open_again else None,
        is_silence=question.closed_by == "silence",
    )


def _date(opened: OpenQuestion, now: datetime) -> datetime | None:
    running = opened.promise
    if running is None:
        return None
    return date_now(running, desk_hours(current_language()), service_levels(), now)


def date_now(running: PromiseEntry, hours: BusinessHours, levels: ServiceLevels, now: datetime) -> datetime:
    """The date to name for a running promise: its own, after a missed one the next."""
    if not is_overdue(running.due_at, now):
        return running.due_at
    return new_date(hours, promise_of(running), levels.level(running.level), now)


def date_named(question: Question, now: datetime) -> datetime | None:
    """The same date, from what the question itself knows: for the desk, which does not read the promise for it."""
    due_at = question.answer_due_at
    if due_at is None:
        return None
    kind = PromiseKind.NEXT_ANSWER if question.first_answered_at else PromiseKind.FIRST_ANSWER
    running = Promise(kind, question.level, counted_from=due_at, due_at=due_at, minutes=0)
    return new_date(desk_hours(current_language()), running, service_levels().level(question.level), now)


def _old_dates(running: PromiseEntry, ledger: Sequence[PromiseEntry], *, is_late: bool) -> list[OldDate]:
    """The dates that gave way to the running one, oldest first, each with the reason of the one that came after it."""
    found, after = [], running
    if is_late:
        found.append(OldDate(running.due_at, "", is_missed=True))
    for entry in reversed(ledger):
        gave_way = entry.ended_at == after.made_at and entry.outcome in _GAVE_WAY
        if not gave_way or after.because not in _REPLACING:
            break
        if entry.due_at != after.due_at:
            found.append(OldDate(entry.due_at, after.reason, entry.breached_at is not None))
        after = entry
    return found[::-1]


def _why(running: PromiseEntry) -> Why:
    language = current_language()
    level, hours = service_levels().level(running.level), desk_hours(language)
    days = [(date.fromisoformat(on), name) for on, name in running.skipped]
    return Why(
        level=level.name(language),
        definition=level.definition(language),
        counted_from=running.counted_from,
        runs_from=None if closes_at(hours, running.counted_from) else next_opening(hours, running.counted_from),
        duration=duration(running.minutes),
        is_first=running.kind == "first_answer",
        is_moved=running.is_moved,
        # The customer named the date when asking: the time of a call.
        is_chosen=running.is_moved and running.because == Happening.ASKED,
        reason=running.reason,
        hours=week_lines(hours),
        # The name in the reader's language; a day that is no longer closed keeps the name it was skipped by.
        skipped=[(on, hours.holiday(on) or name) for on, name in days],
    )
