"""Opening hours as plain values: several periods a day, holidays, daylight saving; the time is an argument.

All moments are aware; those that are given back are UTC. Working time is real time: an hour that the clocks skip or
repeat while it is open counts as it passes.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from portal.service_levels.errors import NeverOpen

# Nobody is closed for longer; also the end of every search for an opening.
HORIZON = timedelta(days=400)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MOST_KNOWN = 5000

Openings = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, order=True)
class Period:
    """From opening to closing on one day, in local time; `closes` 00:00 means midnight at the end of the day."""

    opens: time
    closes: time


@dataclass(frozen=True)
class SkippedDay:
    """A day that would have been open but for its name: a public holiday, a closure, a bridging day."""

    on: date
    name: str


def never(_day: date) -> str | None:
    """The calendar of a company without holidays."""
    return None


@dataclass(frozen=True)
class BusinessHours:
    """A week of periods (Monday first) in one zone; `holiday` gives the name of a closed day, or None."""

    zone: ZoneInfo
    week: tuple[tuple[Period, ...], ...]
    holiday: Callable[[date], str | None] = never

    def openings(self, day: date) -> Openings:
        """Opening and closing moments of that day in UTC, in order; none on a holiday."""
        return self.usual_openings(day) if self.week[day.weekday()] and self.holiday(day) is None else ()

    def usual_openings(self, day: date) -> Openings:
        """Opening and closing moments of that day in UTC as if it were no holiday."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[day] = tuple(self._spans(day))
        return known

    @cached_property
    def _known(self) -> dict[date, Openings]:
        """Days that were asked for: zones are slow to compute, and the same weeks are asked for all day long."""
        return {}

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for period in self.week[day.weekday()]:
            opens, closes = self.moment(day, period.opens), self._closing(day, period.closes)
            if opens < closes:  # a period that lies wholly in the hour that the clocks skip does not exist
                yield opens, closes

    def moment(self, day: date, at: time) -> datetime:
        """That local time in UTC: the first of two when it comes twice, the end of the gap when it does not come."""
        written = datetime.combine(day, at)
        moment = written.replace(tzinfo=self.zone).astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == written:
            return moment
        before = written.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        return _change(self.zone, before, moment)

    def local_day(self, moment: datetime) -> date:
        """The date on the wall at that moment."""
        return moment.astimezone(self.zone).date()

    def _closing(self, day: date, at: time) -> datetime:
        return self.moment(day + _DAY if at == time(0) else day, at)


def closes_at(hours: BusinessHours, now: datetime) -> datetime | None:
    """The UTC moment when it closes, if it is open now; None when it is closed."""
    return next((end for start, end in hours.openings(hours.local_day(now)) if start <= now < end), None)


def next_opening(hours: BusinessHours, now: datetime) -> datetime | None:
    """The next UTC moment at which it opens; None when it opens never again within 400 days."""
    return next((start for start, _ in _openings_from(hours, now) if start > now), None)


def due_at(hours: BusinessHours, start: datetime, minutes: float) -> datetime:
    """The UTC moment at which that many working minutes have passed since `start`.

    A start outside of the hours counts from the next opening; what ends with a period is due when it closes, not at the
    next opening. NeverOpen when the time does not pass within 400 days; ValueError for negative minutes.
    """
    if not 0 <= minutes < HORIZON / _MINUTE:
        raise _refusal(minutes)
    left = timedelta(minutes=minutes)
    for opens, closes in _openings_from(hours, start):
        begins = max(opens, start)
        if left <= closes - begins:
            return (begins + left).astimezone(UTC)
        left -= closes - begins
    raise _refusal(minutes)


def working_minutes(hours: BusinessHours, start: datetime, end: datetime) -> float:
    """The working minutes between two moments, to the microsecond; 0 if the end is not after the start."""
    passed = timedelta(0)
    for day in _days(hours.local_day(start), hours.local_day(end)):
        for opens, closes in hours.openings(day):
            passed += max(min(closes, end) - max(opens, start), timedelta(0))
    return passed / _MINUTE


def working_days_after(hours: BusinessHours, start: datetime, days: int) -> datetime:
    """The same local time that many working days later, as a UTC moment within that day's hours.

    A working day is one on which it opens at all; the day of `start` never counts. A time before the opening becomes
    the opening, one after the closing the closing. NeverOpen when there are not as many within 400 days.
    """
    if days < 1:
        raise ValueError(f"{days} working days cannot pass, write 1 or more")
    local = start.astimezone(hours.zone)
    for offset in range(1, HORIZON.days):
        day = local.date() + timedelta(days=offset)
        openings = hours.openings(day)
        days -= bool(openings)
        if days == 0:
            return min(max(hours.moment(day, local.time()), openings[0][0]), openings[-1][1])
    raise NeverOpen("There are not enough working days within 400 days.")


def working_days_until(hours: BusinessHours, now: datetime, on: date, at_most: int = HORIZON.days) -> int:
    """How many working days come after today up to that date (included); it stops at `at_most` and after 400 days."""
    today = hours.local_day(now)
    working = (day for day in _days(today + _DAY, min(on, today + HORIZON)) if hours.openings(day))
    return sum(1 for _ in islice(working, at_most))


def skipped_days(hours: BusinessHours, start: datetime, end: datetime) -> tuple[SkippedDay, ...]:
    """Holidays, closures and bridging days between two moments on which it would otherwise have been open."""
    return tuple(
        SkippedDay(day, name)
        for day in _days(hours.local_day(start), hours.local_day(end))
        if (name := hours.holiday(day)) is not None
        and any(opens < end and start < closes for opens, closes in hours.usual_openings(day))
    )


def read_week(written: object) -> tuple[tuple[Period, ...], ...]:
    """A week written as `{mon = ["8:00-18:00"], sat = ["9:00-13:00"]}`; ValueError says what is wrong."""
    if not isinstance(written, dict):
        raise ValueError('opening hours must be a table: mon = ["8:00-18:00"]')
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    unknown = sorted(set(written) - set(days))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a day, write one of {', '.join(days)}")
    return tuple(_day(day, written.get(day, [])) for day in days)


def _openings_from(hours: BusinessHours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every opening that ends after `start`, in order, for 400 days."""
    first = hours.local_day(start)
    for offset in range(HORIZON.days):
        for opens, closes in hours.openings(first + timedelta(days=offset)):
            if closes > start:
                yield opens, closes


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _refusal(minutes: float) -> Exception:
    if minutes >= 0:
        return NeverOpen(f"{minutes:g} working minutes do not pass within 400 days.")
    return ValueError(f"{minutes} working minutes cannot pass, write 0 or more")


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The moment between the two at which the clocks change; clocks change on whole minutes."""
    old = before.astimezone(zone).utcoffset()
    minutes = range((after - before) // _MINUTE)
    changed = bisect_left(
        minutes, True, key=lambda passed: (before + passed * _MINUTE).astimezone(zone).utcoffset() != old
    )
    return before + changed * _MINUTE


def _day(name: str, written: object) -> tuple[Period, ...]:
    if not isinstance(written, list):
        raise ValueError(f'the hours of {name} must be a list, write {name} = ["8:00-18:00"]')
    periods = tuple(sorted(_period(text) for text in written))
    for first, second in pairwise(periods):
        if first.closes == time(0) or second.opens < first.closes:
            raise ValueError(f"two periods of {name} overlap; write them one after the other")
    return periods


def _period(text: object) -> Period:
    try:
        opens, closes = (time.fromisoformat(part.strip().zfill(5)) for part in str(text).split("-"))
    except ValueError as error:
        raise ValueError(f'{text!r} is not a period, write for example "8:00-18:00" (midnight is 0:00)') from error
    if opens.tzinfo or closes.tzinfo:
        raise ValueError(f'{text!r} names a zone; write local time, for example "8:00-18:00"')
    if closes <= opens and closes != time(0):
        raise ValueError(f"{text!r} ends before it begins; split a night over two days")
    return Period(opens, closes)
