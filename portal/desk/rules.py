"""Queues, countdowns and filters as plain values; the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from urllib.parse import urlencode

from portal.service_levels.business_hours import BusinessHours, due_at, working_minutes

# What is due within so many minutes of opening time is due soon.
SOON_MINUTES = 240
# Counts stop here: nobody acts on the difference between 999 and 1200, and counting on costs time.
COUNT_LIMIT = 1000
# Notices are read one by one: that there are a hundred new ones is all that their number says on every page.
NOTICES_LIMIT = 100
PAGE_SIZE = 25
# A search by words looks at so many of the newest cases that contain them, and says so when there are more.
WORDS_LIMIT = 200
# So long may looking for words take (SR-22).
SEARCH_SECONDS = 2.0


class Queue(StrEnum):
    """The work lists, in the order in which they are shown."""

    MINE = "mine"
    FREE = "free"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    WAITING = "waiting"
    CALLBACKS = "callbacks"
    INCIDENTS = "incidents"
    SOLVED = "solved"
    ALL = "all"


QUEUES = {each.value: each for each in Queue}


class FlagKind(StrEnum):
    """What somebody of ours found wrong with an article."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    MISSING = "missing"


class Urgency(StrEnum):
    """How near a promise is; each has a colour, a symbol and words."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True)
class Countdown:
    """How long until a promise, or since it was due, in whole minutes.

    What is left is opening time, which is what those who answer have; what has passed is all the time that the
    customer has waited, nights and Sundays too.
    """

    urgency: Urgency
    minutes: int


def countdown(hours: BusinessHours, due: datetime, now: datetime) -> Countdown:
    """How much opening time is left, or how long ago it was due; what is due this very moment is overdue."""
    if due <= now:
        return Countdown(Urgency.OVERDUE, (now - due) // timedelta(minutes=1))
    left = int(working_minutes(hours, now, due))
    return Countdown(Urgency.SOON if left <= SOON_MINUTES else Urgency.LATER, left)


def soon_until(hours: BusinessHours, now: datetime) -> datetime:
    """Up to which moment a promise is due soon."""
    return due_at(hours, now, SOON_MINUTES)


@dataclass(frozen=True)
class Filter:
    """What narrows a queue down, as it stands in the address; empty means everything.

    `assignee` is the id of a person or `nobody`, `state` one of open, waiting, closed, `customer` and `incident`
    are ids.
    """

    topic: str = ""
    level: str = ""
    assignee: str = ""
    tag: str = ""
    language: str = ""
    state: str = ""
    text: str = ""
    customer: str = ""
    incident: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.given

    @cached_property
    def given(self) -> Mapping[str, str]:
        """Name and value of everything that was asked for."""
        return {name: value for name in _PARTS if (value := getattr(self, name))}

    @cached_property
    def address(self) -> str:
        """The part behind the question mark."""
        return urlencode(self.given) if self.given else ""

    def without(self, name: str) -> "Filter":
        """This filter without what `name` narrows down."""
        return replace(self, **{name: ""})


EVERYTHING = Filter()
# What the state of a question is narrowed down to.
STATES = ("open", "waiting", "closed")
_PARTS = tuple(each.name for each in fields(Filter))
_LONGEST = {"text": 100, "tag": 40, "topic": 64, "level": 32}


def read_filter(given: Mapping[str, str]) -> Filter:
    """The filter of an address; what makes no sense is left out."""
    values = {name: given[name].strip()[: _LONGEST.get(name, 12)] for name in _PARTS if name in given}
    found = {name: value for name, value in values.items() if _has_sense(name, value)}
    return Filter(**found) if found else EVERYTHING


def _has_sense(name: str, value: str) -> bool:
    if name == "state":
        return value in STATES
    return name not in ("assignee", "customer", "incident") or _is_id(value) or (name, value) == ("assignee", "nobody")


def address_of(queue: Queue, wanted: Filter, **place: str) -> str:
    """The address of a queue with its filter; `after` or `before` names the place of another page."""
    asked = wanted.address
    if place:
        asked = f"{asked}&{urlencode(place)}" if asked else urlencode(place)
    return f"/desk/queues/{queue}?{asked}" if asked else f"/desk/queues/{queue}"


def _is_id(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) <= 9
