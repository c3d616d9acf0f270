"""The one state machine for whose turn it is and what is promised. docs/promises.md has the whole table in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo

from portal.service_levels.business_hours import (
    HORIZON,
    BusinessHours,
    due_at,
    skipped_days,
    working_days_after,
    working_minutes,
)
from portal.service_levels.errors import DateNotAhead, DateTooFar, ImpossibleHappening
from portal.service_levels.levels import ServiceLevel
from portal.service_levels.promises import Happening, Outcome, Promise, PromiseKind, Standing, Step, Turn

_WARNING_SHARE = 0.75


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

    `level` is the level that holds from now on, `until` the new date of MOVED. LEVEL_CHANGED is for another level:
    while it is the customer's turn, the time for the solution is whole again. ImpossibleHappening when it cannot
    happen now; DateNotAhead and DateTooFar refuse a date of MOVED; NeverOpen when a target is out of reach.
    """
    if (happening is Happening.MOVED) != (until is not None):
        raise ValueError("a new date belongs to MOVED, and only to it")
    follow = _TABLE.get((standing.turn if standing else None, happening))
    if follow is None:
        raise ImpossibleHappening
    return follow(standing or _UNASKED, _Now(at.astimezone(UTC), level, hours, until))


def warn_at(hours: BusinessHours, promise: Promise) -> datetime:
    """The UTC moment at which three quarters of the working time have passed; never after the promise is due."""
    return min(due_at(hours, promise.counted_from, promise.minutes * _WARNING_SHARE), promise.due_at)


def is_overdue(due_at: datetime, now: datetime) -> bool:
    """The due moment itself is in time."""
    return now > due_at


def new_date(hours: BusinessHours, promise: Promise, level: ServiceLevel, now: datetime) -> datetime:
    """The date to name beside a missed promise: the target once more from the missed date, as often as needed."""
    if not is_overdue(promise.due_at, now):
        return promise.due_at
    target = _target(promise.kind, level)
    return due_at(hours, now, target - working_minutes(hours, promise.due_at, now) % target)


def reminder_at(hours: BusinessHours, waiting_since: datetime, days: int = 5) -> datetime:
    """When a customer who is waited for is reminded: that many working days later."""
    return working_days_after(hours, waiting_since, days)


def closing_at(hours: BusinessHours, waiting_since: datetime, days: int = 10) -> datetime:
    """When a question that waits for the customer is closed: that many working days later."""
    return working_days_after(hours, waiting_since, days)


def reopen_until(closed_at: datetime, days: int = 14, *, zone: tzinfo = UTC) -> datetime:
    """The last second (UTC) of the local day up to which a reply reopens the question."""
    last = closed_at.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(last, time(23, 59, 59), zone).astimezone(UTC)


@dataclass(frozen=True)
class _Now:
    """The circumstances of a happening."""

    at: datetime
    level: ServiceLevel
    hours: BusinessHours
    until: datetime | None


_Follow = Callable[[Standing, _Now], Step]
_UNASKED = Standing(Turn.NOBODY, None, has_first_answer=False)


def _stay(standing: Standing, _now: _Now) -> Step:
    return Step(standing, None)


def _start(standing: Standing, now: _Now) -> Step:
    """Our turn begins; what the customer's turn left of the solution time goes on, after an end it is whole again."""
    kind = PromiseKind.NEXT_ANSWER if standing.has_first_answer else PromiseKind.FIRST_ANSWER
    left = standing.solution_minutes_left
    if now.level.solution is None or left is None:
        left = now.level.solution
    return Step(_ours(_promise(kind, now), standing, left, now), None)


def _answer(standing: Standing, now: _Now) -> Step:
    return _hand_over(replace(standing, has_first_answer=True), now, Outcome.KEPT)


def _wait(standing: Standing, now: _Now) -> Step:
    return _hand_over(standing, now, Outcome.DROPPED)


def _hand_over(standing: Standing, now: _Now, in_time: Outcome) -> Step:
    left = _solution_left(standing, now)
    return Step(Standing(Turn.CUSTOMERS, None, standing.has_first_answer, left), _ended(standing, now, in_time))


def _answer_again(standing: Standing, _now: _Now) -> Step:
    return Step(replace(standing, has_first_answer=True), None)


def _go_on(standing: Standing, now: _Now) -> Step:
    """Staff answered and it stays, or becomes again, our turn: a fresh promise for the next answer."""
    answered = replace(standing, has_first_answer=True)
    left = _solution_left(standing, now)
    return Step(_ours(_promise(PromiseKind.NEXT_ANSWER, now), answered, left, now), _ended(standing, now, Outcome.KEPT))


def _finish(standing: Standing, now: _Now) -> Step:
    return Step(Standing(Turn.NOBODY, None, standing.has_first_answer), _ended(standing, now, Outcome.DROPPED))


def _move(standing: Standing, now: _Now) -> Step:
    """The same promise by another date, counted from now on."""
    until = _checked(now)
    given = _given(standing)
    moved = Promise(
        given.kind,
        now.level.slug,
        now.at,
        until,
        int(working_minutes(now.hours, now.at, until)),
        skipped_days(now.hours, now.at, until),
        is_moved=True,
    )
    left = _solution_left(standing, now)
    return Step(_ours(moved, standing, left, now), _ended(standing, now, Outcome.MOVED))


def _recompute(standing: Standing, now: _Now) -> Step:
    """Another level or other hours: the same kind anew, see _recomputed; a missed promise is not excused by it."""
    given = _given(standing)
    promise = _recomputed(given, now)
    is_new = (promise.level, promise.due_at) != (given.level, given.due_at)
    following = promise if is_new else given
    left = _solution_after_change(standing, following, now)
    changed = _ours(following, standing, left, now)
    # A solution that would be due before this moment keeps the date it had.
    if changed.solution_due_at and standing.solution_due_at and changed.solution_due_at <= now.at:
        changed = replace(changed, solution_due_at=standing.solution_due_at)
    return Step(changed, _ended(standing, now, Outcome.REPLACED) if is_new else None)


def _recomputed(given: Promise, now: _Now) -> Promise:
    """The promise by the level's target, from where it was counted; if that lies behind us, from now.

    A date ahead that the customer already has is never made later by counting from now. What staff moved by hand stays,
    and what is missed and would stay missed stays too, unless the level is another one.
    """
    is_same_level = given.level == now.level.slug
    if is_same_level and given.is_moved:
        return given
    again = _promise(given.kind, now, counted_from=given.counted_from)
    if again.due_at > now.at:
        return again
    if is_same_level and is_overdue(given.due_at, now.at):
        return given
    fresh = _promise(given.kind, now)
    holds = now.at < given.due_at < fresh.due_at
    return replace(given, level=now.level.slug) if holds else fresh


def _change_solution(standing: Standing, now: _Now) -> Step:
    return Step(replace(standing, solution_minutes_left=now.level.solution), None)


def _solution_after_change(standing: Standing, promise: Promise, now: _Now) -> float | None:
    """Minutes left at `promise.counted_from`: another level's target is counted whole from now on."""
    given = _given(standing)
    if now.level.solution is None:
        return None
    if given.level != now.level.slug or standing.solution_minutes_left is None:
        return now.level.solution + working_minutes(now.hours, promise.counted_from, now.at)
    is_fresh = promise.counted_from != given.counted_from
    return _solution_left(standing, now) if is_fresh else standing.solution_minutes_left


def _solution_left(standing: Standing, now: _Now) -> float | None:
    """What is left of the solution's working minutes at this moment; it only runs down while it is our turn."""
    left, promise = standing.solution_minutes_left, standing.promise
    if left is None or promise is None:
        return left
    return max(0.0, left - working_minutes(now.hours, promise.counted_from, now.at))


def _ours(promise: Promise, before: Standing, left: float | None, now: _Now) -> Standing:
    solution_due_at = None if left is None else due_at(now.hours, promise.counted_from, left)
    return Standing(Turn.OURS, promise, before.has_first_answer, left, solution_due_at)


def _promise(kind: PromiseKind, now: _Now, counted_from: datetime | None = None) -> Promise:
    since, minutes = counted_from or now.at, _target(kind, now.level)
    due = due_at(now.hours, since, minutes)
    return Promise(kind, now.level.slug, since, due, minutes, skipped_days(now.hours, since, due))


def _target(kind: PromiseKind, level: ServiceLevel) -> int:
    return level.next_answer if kind is PromiseKind.NEXT_ANSWER else level.first_answer


def _ended(standing: Standing, now: _Now, in_time: Outcome) -> Outcome | None:
    if standing.promise is None:
        return None
    return Outcome.MISSED if is_overdue(standing.promise.due_at, now.at) else in_time


def _given(standing: Standing) -> Promise:
    if standing.promise is None:
        raise ValueError("it is our turn without a promise: this standing was put together wrongly")
    return standing.promise


def _checked(now: _Now) -> datetime:
    if now.until is None or now.until <= now.at:
        raise DateNotAhead
    if now.until - now.at > HORIZON:
        raise DateTooFar
    return now.until.astimezone(UTC)


# Whose turn it is, and what happens: everything that is not here is impossible.
_TABLE: dict[tuple[Turn | None, Happening], _Follow] = {
    (None, Happening.ASKED): _start,
    (Turn.OURS, Happening.REPLIED): _stay,
    (Turn.OURS, Happening.ANSWERED): _answer,
    (Turn.OURS, Happening.KEPT_TURN): _go_on,
    (Turn.OURS, Happening.WAITS): _wait,
    (Turn.OURS, Happening.SOLVED): _finish,
    (Turn.OURS, Happening.CLOSED): _finish,
    (Turn.OURS, Happening.MOVED): _move,
    (Turn.OURS, Happening.LEVEL_CHANGED): _recompute,
    (Turn.OURS, Happening.HOURS_CHANGED): _recompute,
    (Turn.CUSTOMERS, Happening.REPLIED): _start,
    (Turn.CUSTOMERS, Happening.ANSWERED): _answer_again,
    (Turn.CUSTOMERS, Happening.KEPT_TURN): _go_on,
    (Turn.CUSTOMERS, Happening.WAITS): _stay,
    (Turn.CUSTOMERS, Happening.SOLVED): _finish,
    (Turn.CUSTOMERS, Happening.CLOSED): _finish,
    (Turn.CUSTOMERS, Happening.LEVEL_CHANGED): _change_solution,
    (Turn.CUSTOMERS, Happening.HOURS_CHANGED): _stay,
    (Turn.NOBODY, Happening.ANSWERED): _answer_again,
    (Turn.NOBODY, Happening.SOLVED): _stay,
    (Turn.NOBODY, Happening.CLOSED): _stay,
    (Turn.NOBODY, Happening.REOPENED): _start,
    (Turn.NOBODY, Happening.LEVEL_CHANGED): _stay,
    (Turn.NOBODY, Happening.HOURS_CHANGED): _stay,
}
