"""States of an incident, and for how long one that is over is still shown; the time is an argument."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Whoever reads the page the next morning learns that it is over.
OVER_SHOWN = timedelta(hours=24)
# The page of an incident stays for those who kept its address.
PAGE_STAYS = timedelta(days=30)
TITLE_LIMIT, TEXT_LIMIT = 120, 2000


class State(StrEnum):
    """How far an incident is."""

    BEGUN = "begun"
    WATCHING = "watching"
    OVER = "over"


@dataclass(frozen=True)
class Words:
    """Title and text in one language."""

    language: str
    title: str
    text: str


@dataclass(frozen=True)
class Known:
    """An incident as pages show it; `categories` are the folders of the FAQ that its topics belong to."""

    id: int
    state: State
    words: Mapping[str, Words]
    topics: Sequence[str]
    categories: frozenset[str]
    started_at: datetime
    changed_at: datetime
    over_at: datetime | None

    def in_language(self, language: str) -> Words:
        """The words in that language, else in the one in which they were written."""
        return self.words.get(language) or next(iter(self.words.values()))

    def is_announced(self, now: datetime) -> bool:
        """Whether pages name it: while it lasts, and for a day after it is over."""
        return self.over_at is None or now < self.over_at + OVER_SHOWN

    def has_page(self, now: datetime) -> bool:
        """Whether its own page is still there."""
        return self.over_at is None or now < self.over_at + PAGE_STAYS


def concerns(known: Known, *, topic: str = "", category: str = "") -> bool:
    """Whether it is about that topic or that folder of the FAQ; one without topics concerns everybody."""
    if not known.topics:
        return True
    return (bool(topic) and topic in known.topics) or (bool(category) and category in known.categories)
