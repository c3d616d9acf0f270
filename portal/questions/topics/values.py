"""Topics and their facts as plain values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Texts = Mapping[str, str]
LONGEST_FACT = 500
LONGEST_NUMBER = 64
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 12, 31)
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)


class FactKind(StrEnum):
    """What kind of answer a fact is."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"  # of an order, a customer, a device: letters and digits of a given shape


@dataclass(frozen=True)
class Choice:
    """One answer to choose from; `value` is what is kept."""

    value: str
    texts: Texts


@dataclass(frozen=True)
class Fact:
    """One thing to ask for; `name` is its key in `Question.facts` and, as `fact_<name>`, its field in the form."""

    name: str
    kind: FactKind
    labels: Texts
    hints: Texts
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    pattern: re.Pattern[str] | None = None
    example: str = ""

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return f"fact_{self.name}"

    def fits(self, value: str) -> bool:
        """Whether a non-empty answer can be kept; a number may be typed with spaces and in small letters."""
        if self.kind is FactKind.CHOICE:
            return any(value == choice.value for choice in self.choices)
        if self.kind is FactKind.DATE:
            return read_date(value) is not None
        if self.kind is FactKind.NUMBER:
            # Only short texts reach the pattern: whatever an editor wrote, it stays quick.
            return len(value) <= LONGEST_NUMBER and (not self.pattern or bool(self.pattern.fullmatch(_plain(value))))
        return len(value) <= LONGEST_FACT

    def kept(self, value: str) -> str:
        """The fitting answer as it is kept: dates as year-month-day, everything else as it was typed."""
        found = read_date(value) if self.kind is FactKind.DATE else None
        return found.isoformat() if found else value

    def shown(self, value: str, language: str) -> str:
        """A kept answer in words; a choice that has left the file is shown as it was kept."""
        found = (in_language(choice.texts, language) for choice in self.choices if choice.value == value)
        return next(found, value)


@dataclass(frozen=True)
class Topic:
    """What a question is about. `level` and `deputy` may be empty; `categories` are folders of the first language."""

    slug: str
    names: Texts
    helps: Texts
    teams: Texts
    level: str = ""
    deputy: str = ""
    categories: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def name(self, language: str) -> str:
        """What the topic is called."""
        return in_language(self.names, language)

    def help(self, language: str) -> str:
        """What belongs to it, in one sentence."""
        return in_language(self.helps, language)

    def team(self, language: str) -> str:
        """Who answers; empty where nobody is named."""
        return in_language(self.teams, language)

    def fact_lines(self, kept: Mapping[str, object], language: str) -> Iterator[tuple[str, str]]:
        """Label and answer of every fact that was given, in the order of the file; unknown ones come last."""
        known = {fact.name: fact for fact in self.facts}
        for fact in self.facts:
            if kept.get(fact.name):
                yield in_language(fact.labels, language), fact.shown(str(kept[fact.name]), language)
        yield from ((name, str(value)) for name, value in kept.items() if name not in known and value)


@dataclass(frozen=True)
class Topics:
    """All topics by slug, in the order of the file."""

    by_slug: Mapping[str, Topic]

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.by_slug.values())

    def get(self, slug: str | None) -> Topic | None:
        """That topic; None for one that is not in the file."""
        return self.by_slug.get(slug or "")

    def name(self, slug: str, language: str) -> str:
        """What a topic is called; one that has left the file is called by its slug."""
        found = self.get(slug)
        return found.name(language) if found else slug


def in_language(texts: Texts, language: str) -> str:
    """The text in that language, else in the first one there is."""
    return texts.get(language) or next(iter(texts.values()), "")


def read_date(typed: str) -> date | None:
    """`2026-12-24` or `24.12.2026` as a date between 1900 and 2100; None for anything else."""
    found = _any_date(typed)
    return found if found and _EARLIEST <= found <= _LATEST else None


def is_far_date(typed: str) -> bool:
    """Whether this is a date, but one that nobody means: a slip in the year."""
    return _any_date(typed) is not None and read_date(typed) is None


def _any_date(typed: str) -> date | None:
    text = typed.strip()
    german = _GERMAN_DATE.fullmatch(text[:20])
    try:
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
        return date.fromisoformat(text) if text.isascii() and len(text) == len("2026-12-24") else None
    except ValueError:
        return None


def _plain(value: str) -> str:
    return "".join(value.split()).upper()
