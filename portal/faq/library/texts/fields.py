"""What the keys of a head mean: typed values with defaults, and a fault for everything that does not fit."""

import difflib
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from portal.faq.library.faults import Fault, FileUnusable
from portal.faq.library.texts.front_matter import Head
from portal.faq.library.texts.titles import UNSEEN
from portal.faq.rules import Status

KEYS = frozenset(
    {
        *("id", "title", "summary", "keywords", "status", "publish_from", "publish_until", "reviewed_on"),
        *("review_every", "owner", "related", "pinned", "order", "translation_of", "aliases", "changed_on"),
    }
)
PAGE_KEYS = frozenset({"title", "summary", "order", "translation_of", "updated_on"})
# A slip in one of these could show what is not meant to be shown: the file is not taken.
VISIBILITY = ("status", "publish_from", "publish_until")
MAX_RELATED = 5
YES, NO = ("true", "yes", "on"), ("false", "no", "off", "")
PERIOD = re.compile(r"(\d{1,4}) *(day|tag|week|woche|month|monat|year|jahr)(?:s|e|n|en)?", re.IGNORECASE)
_MONTH, _YEAR = 365.25 / 12, 365.25
DAYS = {
    "day": 1.0,
    "week": 7.0,
    "month": _MONTH,
    "year": _YEAR,
    "tag": 1.0,
    "woche": 7.0,
    "monat": _MONTH,
    "jahr": _YEAR,
}

Default = TypeVar("Default")


def read_day(written: str) -> date:
    """A day as heads of articles have it: `2026-12-31`, perhaps with a time behind it; ValueError for anything else."""
    return datetime.fromisoformat(written).date()


@dataclass(slots=True)
class Fields:
    """Reads the values of one head; what does not fit becomes a fault and the default is used."""

    head: Head
    file: str
    faults: list[Fault] = field(default_factory=list)

    def text(self, key: str) -> str:
        value = self._value(key)
        if isinstance(value, (list, dict)):
            return self._wrong(key, "is a list", "Write one line of text.", "")
        return " ".join(UNSEEN.sub("", value).split()) if value else ""

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words; one line with commas is taken for a list."""
        value = self._value(key)
        if isinstance(value, str):
            value = value.split(",")
        if isinstance(value, dict) or any(isinstance(item, (list, dict)) for item in value or ()):
            return self._wrong(key, "is not a simple list", "Write it as [first, second].", ())
        return tuple(word for item in value or () if (word := " ".join(UNSEEN.sub("", item or "").split())))

    def number(self, key: str, *, low: int, high: int) -> int | None:
        value = self.text(key)
        if not value:
            return None
        if re.fullmatch(r"-?[0-9]{1,9}", value) and low <= int(value) <= high:
            return int(value)
        return self._wrong(key, f"is “{value[:40]}”", f"Write a whole number from {low} to {high}.", None)

    def day(self, key: str) -> date | None:
        value = self.text(key)
        if not value:
            return None
        try:
            return read_day(value)
        except ValueError:
            return self._wrong(key, f"is “{value[:40]}”", "Write the date as 2026-12-31.", None)

    def period(self, key: str) -> timedelta | None:
        value = self.text(key)
        match = PERIOD.fullmatch(value)
        if match:
            return timedelta(days=round(int(match[1]) * DAYS[match[2].lower()]))
        if not value:
            return None
        return self._wrong(key, f"is “{value[:40]}”", "Write for example 90 days, 6 months or 1 year.", None)

    def switch(self, key: str) -> bool:
        value = self.text(key).lower()
        if value in YES or value in NO:
            return value in YES
        return self._wrong(key, f"is “{value[:40]}”", "Write true or false.", False)

    def status(self, *, is_foreign: bool) -> Status:
        """Ours, or for foreign files what `draft: true` and `published: false` say."""
        value = self.text("status").lower()
        if is_foreign and (self.text("draft").lower() in YES or self.text("published").lower() == "false"):
            return Status.DRAFT
        if value in list(Status):
            return Status(value)
        if not value or is_foreign:
            return Status.PUBLISHED
        return self._wrong("status", f"is “{value[:40]}”", f"Write one of {', '.join(Status)}.", Status.DRAFT)

    def first_day(self, *keys: str) -> date | None:
        """The first of several keys that holds a date; others are passed over in silence (foreign files)."""
        for key in keys:
            value = self._value(key)
            match = re.match(r"\d{4}-\d{2}-\d{2}", value) if isinstance(value, str) else None
            try:
                if match:
                    return date.fromisoformat(match[0])
            except ValueError:
                continue
        return None

    def require_said(self, key: str, remedy: str) -> None:
        """A fault for a key that stands there with nothing behind it."""
        said = self._value(key) or ""
        if key in self.head.values and isinstance(said, str) and not said.strip():
            self.faults.append(self.at(key, f"The key “{key}” is empty.", remedy))

    def check_known(self, known: frozenset[str]) -> None:
        """A fault for every key we do not know, with the one that was probably meant."""
        for key in self.head.values:
            if key not in known:
                self._note_unknown(key, known)

    def refuse_unsafe(self) -> None:
        """FileUnusable when a key that decides about visibility is wrong or misspelled."""
        for fault in self.faults:
            if any(f"“{key}”" in fault.problem + fault.remedy for key in VISIBILITY):
                raise FileUnusable(fault)

    def at(self, key: str, problem: str, remedy: str, *, is_error: bool = True) -> Fault:
        """A fault at the line of a key."""
        return Fault(self.file, self.head.lines.get(key, 0), problem, remedy, is_error)

    def _note_unknown(self, key: str, known: frozenset[str]) -> None:
        meant = difflib.get_close_matches(key[:60], known, n=1, cutoff=0.75)
        remedy = f"Did you mean “{meant[0]}”?" if meant else "Remove it, or look it up in docs/content.md."
        self.faults.append(self.at(key, f"The key “{key[:60]}” is unknown.", remedy, is_error=bool(meant)))

    def _value(self, key: str) -> Any:
        return self.head.values.get(key)

    def _wrong(self, key: str, what: str, remedy: str, default: Default) -> Default:
        self.faults.append(self.at(key, f"The key “{key}” {what}.", remedy))
        return default
