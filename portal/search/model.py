"""What goes into the search index and what comes out: plain values, and the errors by name."""

from dataclasses import dataclass, field
from typing import NamedTuple

# What an impact is at most: a word's worth in an article.
FULL = 255
# What stands around a marked word. No text has these: reading removes control characters.
MARK_BEGIN, MARK_END = "\x02", "\x03"
# Original text with its marks, to be escaped where it is shown.
Marked = str


@dataclass(frozen=True)
class Document:
    """One article as it is indexed: plain text, no Markdown or HTML; `key` is unique in its language.

    `written_in`: the language of its words, if it stands in for a translation that is missing.
    """

    key: str
    language: str
    title: str
    summary: str = ""
    headings: str = ""
    keywords: tuple[str, ...] = ()
    body: str = ""
    category: str = ""
    written_in: str = ""


class Hit(NamedTuple):
    """One article of a result list."""

    key: str
    title: Marked
    snippet: Marked
    score: float
    category: str


@dataclass(frozen=True)
class Results:
    """One page of hits; `total` counts after the category filter, `categories` before it.

    `is_guess`: no article has any of the words or what they mean; the hits only look alike. `elsewhere`: the language
    whose articles know the words that these do not, and how many of them are found there.
    """

    hits: list[Hit]
    total: int
    did_you_mean: str | None = None
    categories: dict[str, int] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    is_guess: bool = False
    elsewhere: tuple[str, int] | None = None


class IndexUnusable(Exception):
    """No usable index: rebuild it, and scan titles meanwhile."""


class IndexMissing(IndexUnusable):
    """Nothing has been published in this folder yet."""


class IndexDamaged(IndexUnusable):
    """A file of the index is missing, cut short or changed."""


class IndexOutdated(IndexUnusable):
    """The index was written by another version of this package."""


class IndexBusy(Exception):
    """Another process on this machine is building the index right now."""


class SynonymError(ValueError):
    """A line of a synonym file cannot be understood; the message names the line."""
