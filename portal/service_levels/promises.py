"""What a promise is, and where a question stands, as plain values; the rules for them are in rules.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.service_levels.business_hours import SkippedDay


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
    minutes: int
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
