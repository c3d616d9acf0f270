"""The only place that reads the time. Everything else gets it as an argument."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_frozen: datetime | None = None
# For one request alone, while others go on with the true time.
_looked_at: ContextVar[datetime | None] = ContextVar("looked_at", default=None)


def now() -> datetime:
    """This moment as an aware UTC time."""
    return _looked_at.get() or _frozen or datetime.now(UTC)


def past() -> datetime | None:
    """The moment that is looked at, when it lies behind us; None for everybody who does not look back."""
    looked = _looked_at.get()
    return looked if looked is not None and looked < (_frozen or datetime.now(UTC)) else None


def is_held() -> bool:
    """Whether tests or a view at another time hold the clock, so that comparing it with others says nothing."""
    return (_looked_at.get() or _frozen) is not None


def today(zone: ZoneInfo) -> date:
    """The calendar date in that time zone."""
    return now().astimezone(zone).date()


def seconds() -> float:
    """A clock that only runs forward, for time-outs and for how long something is kept."""
    return time.monotonic()


@contextmanager
def frozen(moment: datetime | None) -> Iterator[None]:
    """Hold the clock at an aware moment, for tests; None lets it run in the time of the world."""
    global _frozen  # noqa: PLW0603  (the one clock)
    before, _frozen = _frozen, moment and moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def looking_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment for what this thread does in the block; all others keep the true time."""
    token = _looked_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _looked_at.reset(token)
