"""Opening hours as plain values: several periods a day, holidays, daylight saving; the time is an argument."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Nobody is closed for longer; also the end of the search for the next opening.
_HORIZON = timedelta(days=400)


@dataclass(frozen=True, order=True)
class Period:
    """From opening to closing on one day, in local time; `closes` 00:00 means midnight at the end of the day."""

    opens: time
    closes: time


def never(_day: date) -> str | None:
    """The calendar of a company without holidays."""
    return None


@dataclass(frozen=True)
class BusinessHours:
    """A week of periods (Monday first) in one zone; `holiday` gives the name of a closed day, or None."""

    zone: ZoneInfo
    week: tuple[tuple[Period, ...], ...]
    holiday: Callable[[date], str | None] = never

    def openings(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing moments of that day in UTC, in order; none on a holiday."""
        if self.holiday(day) is None:
            for period in self.week[day.weekday()]:
                yield self._moment(day, period.opens), self._closing(day, period.closes)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _closing(self, day: date, at: time) -> datetime:
        return self._moment(day + timedelta(days=1) if at == time(0) else day, at)


def closes_at(hours: BusinessHours, now: datetime) -> datetime | None:
    """The UTC moment when it closes, if it is open now; None when it is closed."""
    today = now.astimezone(hours.zone).date()
    return next((end for start, end in hours.openings(today) if start <= now < end), None)


def next_opening(hours: BusinessHours, now: datetime) -> datetime | None:
    """The next UTC moment at which it opens; None when it opens never again within 400 days."""
    first = now.astimezone(hours.zone).date()
    days = (first + timedelta(days=offset) for offset in range(_HORIZON.days))
    return next((start for day in days for start, _ in hours.openings(day) if start > now), None)


def read_week(written: object) -> tuple[tuple[Period, ...], ...]:
    """A week written as `{mon = ["8:00-18:00"], sat = ["9:00-13:00"]}`; ValueError says what is wrong."""
    if not isinstance(written, dict):
        raise ValueError('opening hours must be a table: mon = ["8:00-18:00"]')
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    unknown = sorted(set(written) - set(days))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a day, write one of {', '.join(days)}")
    return tuple(tuple(sorted(_period(text) for text in written.get(day, ()))) for day in days)


def _period(text: object) -> Period:
    try:
        opens, closes = (time.fromisoformat(part.strip().zfill(5)) for part in str(text).split("-"))
    except ValueError as error:
        raise ValueError(f'{text!r} is not a period, write for example "8:00-18:00" (midnight is 0:00)') from error
    if closes <= opens and closes != time(0):
        raise ValueError(f"{text!r} ends before it begins; split a night over two days")
    return Period(opens, closes)
