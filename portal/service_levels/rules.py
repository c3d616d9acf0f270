"""Promises, and the one state machine for whose turn it is, as plain values. docs/promises.md has the whole table."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from portal.service_levels.business_hours import (
    HORIZON,
    BusinessHours,
    SkippedDay,
    due_at,
    skipped_days,
    working_days_after,
    working_minutes,
)
from portal.service_levels.errors import DateNotAhead, DateTooFar, ImpossibleHappening
from portal.service_levels.levels import ServiceLevel

_WARNING_SHARE = 0.75


class Turn(StrEnum):
    """Who has to do something next."""

    OURS = "ours"
    CUSTOMERS = "customers"
    NOBODY = "nobody"


class PromiseKind(StrEnum):
    """What was promised."""

    FIRST_ANSWER = "first_answer"
    NEXT_ANSWER = "next_answer"


class Happening(StrEnum):
    """Everything that can change whose turn it is or what is promised."""

    ASKED = "asked"
    REPLIED = "replied"  # the customer wrote
    ANSWERED = "answered"  # staff answered; it is the customer's turn
    KEPT_TURN = "kept_turn"  # staff answered and go on; a fresh promise for the next answer
    WAITS = "waits"  # staff ask back, or wait for the customer without an answer
    SOLVED = "solved"
    CLOSED = "closed"
    REOPENED = "reopened"
    MOVED = "moved"
    LEVEL_CHANGED = "level_changed"
    HOURS_CHANGED = "hours_changed"


class Outcome(StrEnum):
    """How a promise ended."""

    KEPT = "kept"
    MISSED = "missed"
    MOVED = "moved"
    REPLACED = "replaced"  # by one of another level or of other opening hours
    DROPPED = "dropped"  # it was no longer our turn


@dataclass(frozen=True)
class Promise:
    """An answer by a date: `minutes` of working time since `counted_from`, and the days skipped on the way.

    `is_moved`: staff named the date; opening hours do not change it. All moments are UTC.
    """

    kind: PromiseKind
    level: str
    counted_from: datetime
    due_at: datetime
    minutes: float
    skipped: tuple[SkippedDay, ...] = ()
    is_moved: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a question stands: there is a promise if and only if it is our turn.

    `solution_minutes_left`: working minutes left at `promise.counted_from`, or when it became the customer's turn.
    `solution_due_at` is only set while it is our turn. Both are None without a target and once nobody has the turn.
    """

    turn: Turn
    promise: Promise | None
    has_first_answer: bool
    solution_minutes_left: float | None = None
    solution_due_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """The standing after a happening, and how the promise ended that was open before (None: it goes on, or none was).

    A MISSED promise may have been recorded as missed before; record it once.
    """

    standing: Standing
    ended: Outcome | None


def advance(
    standing: Standing | None,
    happening: Happening,
    *,
    at: datetime,
    level: ServiceLevel,
    hours: BusinessHours,
    until: datetime | None = None,
) -> Step:
    """What follows from a happening at that moment; `standing` None is a question that does not exist yet.

    `level` is the level that holds from now on, `until` the new date of MOVED. ImpossibleHappening when it cannot
    happen now; DateNotAhead and DateTooFar refuse a date of MOVED.
    """
    raise NotImplementedError


def warn_at(hours: BusinessHours, promise: Promise) -> datetime:
    """The UTC moment at which three quarters of the working time have passed; never after the promise is due."""
    return min(due_at(hours, promise.counted_from, promise.minutes * _WARNING_SHARE), promise.due_at)


def is_overdue(due_at: datetime, now: datetime) -> bool:
    """The due moment itself is in time."""
    return now > due_at


def new_date(hours: BusinessHours, promise: Promise, now: datetime) -> datetime:
    """The date a page may name for a missed promise: the same working time again, from the missed date, until ahead."""
    raise NotImplementedError


def reminder_at(hours: BusinessHours, waiting_since: datetime, days: int = 5) -> datetime:
    """When a customer who is waited for is reminded: that many working days later."""
    return working_days_after(hours, waiting_since, days)


def closing_at(hours: BusinessHours, waiting_since: datetime, days: int = 10) -> datetime:
    """When a question that waits for the customer is closed: that many working days later."""
    return working_days_after(hours, waiting_since, days)


def reopen_until(closed_at: datetime, days: int = 14, *, zone: tzinfo = UTC) -> datetime:
    """The last second (UTC) of the local day up to which a reply reopens the question."""
    raise NotImplementedError
