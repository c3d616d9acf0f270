"""The only place that reads the time. Everything else gets it as an argument."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_frozen: datetime | None = None


def now() -> datetime:
    """This moment as an aware UTC time."""
    return _frozen or datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The calendar date in that time zone."""
    return now().astimezone(zone).date()


def seconds() -> float:
    """A clock that only runs forward, for time-outs and for how long something is kept."""
    return time.monotonic()


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment, for tests and for looking at the site at another time."""
    global _frozen  # noqa: PLW0603  (the one clock)
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
