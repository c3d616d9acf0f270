"""A way to reach the company, and what can honestly be said of it at a moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.service_levels.business_hours import BusinessHours, closes_at, next_opening

# A call is promised within so much time; whoever asks is given a little before the first one.
_LENGTH, _SHORTEST, _NOTICE = timedelta(hours=2), timedelta(hours=1), timedelta(minutes=30)
_DAYS_AHEAD, _MOST_SLOTS = 21, 12


class Kind(StrEnum):
    """What kind of way it is; also the name of its icon."""

    PHONE = "phone"
    MAIL = "mail"
    SHOP = "shop"
    CALLBACK = "callback"
    LETTER = "letter"
    MESSENGER = "messenger"
    STATUS = "status"


@dataclass(frozen=True)
class ContactOption:
    """One way to reach the company in one language; `hours` None means it has no opening hours."""

    kind: Kind
    name: str
    detail: str
    href: str | None
    note: str
    hours: BusinessHours | None


@dataclass(frozen=True)
class Opening:
    """Whether a way is open at a moment, and until or from when (UTC; None: never)."""

    is_open: bool
    changes_at: datetime | None


def opening(option: ContactOption, now: datetime) -> Opening | None:
    """The state at that moment; None for a way without opening hours."""
    if option.hours is None:
        return None
    closing = closes_at(option.hours, now)
    return Opening(closing is not None, closing or next_opening(option.hours, now))


@dataclass(frozen=True)
class Slot:
    """A stretch of time in which somebody of ours calls; both moments are UTC."""

    begins_at: datetime
    ends_at: datetime

    @property
    def name(self) -> str:
        """The value of its choice in a form: `20261216T0800`."""
        return f"{self.begins_at:%Y%m%dT%H%M}"


def slots(hours: BusinessHours, now: datetime) -> tuple[Slot, ...]:
    """The next times that can be chosen for a call, soonest first; none when it never opens."""
    found: list[Slot] = []
    first = now.astimezone(hours.zone).date()
    for ahead in range(_DAYS_AHEAD):
        for opens, closes in hours.openings(first + timedelta(days=ahead)):
            found += [slot for slot in _parts(opens, closes) if slot.begins_at >= now + _NOTICE]
    return tuple(found[:_MOST_SLOTS])


def _parts(opens: datetime, closes: datetime) -> Iterator[Slot]:
    """An opening in stretches of two hours; a rest shorter than one belongs to none."""
    while closes - opens >= _SHORTEST:
        ends = min(opens + _LENGTH, closes)
        yield Slot(opens, ends)
        opens = ends
