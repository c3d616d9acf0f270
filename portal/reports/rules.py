"""Periods, sums and medians as plain values; the time is an argument."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A day is counted anew for so long: what happens to its questions later is no news of that day any more.
SETTLES_AFTER = timedelta(days=35)
WORST = 5
LONGEST = 1100
# Shares of fewer than so many people are not shown: they could be recognised.
SMALLEST_CELL = 5
_DEFAULT = timedelta(days=83)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Two days, both included."""

    first: date
    last: date


def read_period(first: str, last: str, today: date) -> Period | None:
    """The period of an address; twelve weeks when nothing is asked for, None when it makes no sense."""
    if not first and not last:
        return Period(monday(today - _DEFAULT), today)
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last) if last else today)
    except ValueError:
        return None
    is_sane = date(2000, 1, 1) <= period.first <= period.last <= today + timedelta(days=366)
    return period if is_sane and (period.last - period.first).days <= LONGEST else None


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends there; a day may have 23 or 25 hours."""
    return _midnight(day, zone), _midnight(day + _DAY, zone)


def month_before(day: date) -> Period:
    """The whole month before that of a day."""
    last = day.replace(day=1) - _DAY
    return Period(last.replace(day=1), last)


def period_before(period: Period) -> Period:
    """What a period is compared with: the month before where it is a whole month, else as many days before it."""
    if month_before(period.last + _DAY) == period:
        return month_before(period.first)
    return Period(period.first - _DAY - (period.last - period.first), period.first - _DAY)


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def weeks(period: Period) -> list[date]:
    """The Monday of every week that the period touches."""
    first = monday(period.first)
    return [first + timedelta(weeks=number) for number in range((period.last - first).days // 7 + 1)]


def rounded(minutes: float) -> int:
    """A time as it is kept: to five minutes below four hours, to a quarter up to a day, to an hour up to a week."""
    step = 5 if minutes < 240 else 15 if minutes < 1440 else 60 if minutes < 10_080 else 1440
    return int(minutes // step) * step


@dataclass
class Sums:
    """What was counted for some days, topics or levels together."""

    asked: int = 0
    answered: int = 0
    solved: int = 0
    good: int = 0
    fair: int = 0
    bad: int = 0
    kept: int = 0
    missed: int = 0
    moved: int = 0
    times: Counter[int] = field(default_factory=Counter)
    worst: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Sums") -> None:
        """Count that too; the worst ones are chosen when somebody asks for them."""
        self.asked += other.asked
        self.answered += other.answered
        self.solved += other.solved
        self.good += other.good
        self.fair += other.fair
        self.bad += other.bad
        self.kept += other.kept
        self.missed += other.missed
        self.moved += other.moved
        self.times.update(other.times)
        self.worst += other.worst

    @property
    def promised(self) -> int:
        return self.kept + self.missed

    @property
    def judged(self) -> int:
        return self.good + self.fair + self.bad


COUNTED = ("asked", "answered", "solved", "good", "fair", "bad", "kept", "missed", "moved")


def worst_of(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """The promises that were missed by most, the worst first; each question once."""
    seen: dict[str, int] = {}
    for late, number in found:
        seen[number] = max(late, seen.get(number, 0))
    return sorted(((late, number) for number, late in seen.items()), reverse=True)[:WORST]


def median(times: Mapping[int, int]) -> int | None:
    """The time that half of them did not need; None without any."""
    total, passed = sum(times.values()), 0
    for minutes in sorted(times):
        passed += times[minutes]
        if passed * 2 >= total:
            return minutes
    return None


def days_to_count(today: date, first: date, counted: Mapping[date, date]) -> Sequence[date]:
    """Which days have to be counted: today, those never counted, and once a day those that can still change.

    `counted` says on which day each was counted for the last time.
    """
    days = (first + _DAY * number for number in range((today - first).days + 1))
    return [day for day in days if _is_due(day, today, counted.get(day))]


def _is_due(day: date, today: date, counted_on: date | None) -> bool:
    if counted_on is None or day == today:
        return True
    return counted_on < today and counted_on <= day + SETTLES_AFTER


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
