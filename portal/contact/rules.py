"""A way to reach the company, and what can honestly be said of it at a moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.service_levels.business_hours import BusinessHours, closes_at, next_opening


class Kind(StrEnum):
    """What kind of way it is; also the name of its icon."""

    PHONE = "phone"
    MAIL = "mail"
    SHOP = "shop"
    CALLBACK = "callback"
    LETTER = "letter"
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
