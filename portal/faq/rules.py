"""What an article is, who may see it when, and how it is addressed: plain values, no clock, no files."""

import hashlib
import zlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Status(StrEnum):
    """How far an article has come; only `PUBLISHED` is for customers."""

    DRAFT = "draft"
    INTERNAL = "internal"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside an article; `anchor` is its address on the page without `#`."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Article:
    """One Markdown file, read, checked and rendered.

    `path` is the address below the language (`rechnung/verstehen/rechnung-lesen`), `source` the path of the same
    article in the default language, `number` the short address, `packed` the finished HTML of the body, compressed,
    because thousands of articles stay in memory, `file` the Markdown file below the content folder.
    """

    number: int
    language: str
    path: str
    source: str
    title: str
    summary: str
    packed: bytes
    headings: tuple[Heading, ...] = ()
    keywords: tuple[str, ...] = ()
    status: Status = Status.PUBLISHED
    publish_from: date | None = None
    publish_until: date | None = None
    reviewed_on: date | None = None
    review_every: timedelta | None = None
    changed_on: date | None = None
    owner: str = ""
    related: tuple[str, ...] = ()
    pinned: bool = False
    order: int = 1000
    aliases: tuple[str, ...] = ()
    words: int = 0
    file: str = ""

    @property
    def body(self) -> str:
        """The finished, sanitised HTML of the article."""
        return zlib.decompress(self.packed).decode()

    @property
    def folder(self) -> str:
        """The category the file lies in (`rechnung/verstehen`); empty at the top."""
        return self.path.rpartition("/")[0]

    @property
    def slug(self) -> str:
        """The last part of the address."""
        return self.path.rpartition("/")[2]

    @property
    def key(self) -> str:
        """Language and path: unique in the whole library, the key in the search index."""
        return f"{self.language}/{self.path}"


@dataclass(frozen=True, slots=True)
class Folder:
    """One `_category.toml`, or a folder without one; `source` is the same folder in the default language."""

    language: str
    path: str
    source: str
    name: str
    description: str = ""
    order: int = 1000
    icon: str = "question"


@dataclass(frozen=True, slots=True)
class Page:
    """A company page (`content/pages/<lang>/<slug>.md`): imprint, privacy, terms, accessibility."""

    language: str
    slug: str
    source: str
    title: str
    summary: str
    packed: bytes
    headings: tuple[Heading, ...] = ()
    order: int = 1000
    updated_on: date | None = None

    @property
    def body(self) -> str:
        """The finished, sanitised HTML of the page."""
        return zlib.decompress(self.packed).decode()

    @property
    def url(self) -> str:
        """The address on this site, without host."""
        return f"/{self.language}/pages/{self.slug}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it stands in one language's edition; `is_fallback` when it is not translated yet."""

    article: Article
    url: str
    is_fallback: bool = False

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def summary(self) -> str:
        return self.article.summary

    @property
    def number(self) -> int:
        return self.article.number


@dataclass(slots=True)
class Category:
    """A shelf of the FAQ in one edition, with its own articles and its sub-categories."""

    path: str
    name: str
    description: str
    icon: str
    url: str
    order: int = 1000
    source: str = ""
    parent: "Category | None" = None
    children: list["Category"] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Articles here and in the sub-categories."""
        return len(self.entries) + sum(child.count for child in self.children)


def is_public(article: Article, on: date) -> bool:
    """Whether customers may read the article on that day (company's time zone); both dates are included."""
    return (
        article.status is Status.PUBLISHED
        and (article.publish_from is None or article.publish_from <= on)
        and (article.publish_until is None or on <= article.publish_until)
    )


def review_due_on(article: Article) -> date | None:
    """The day the next review is due; None when no rhythm is set."""
    if article.reviewed_on is None or article.review_every is None:
        return None
    return article.reviewed_on + article.review_every


def is_review_overdue(article: Article, on: date) -> bool:
    """Whether the article should have been reviewed before that day."""
    due = review_due_on(article)
    return due is not None and due < on


def mark_of(file: str) -> str:
    """Sixteen letters that stand for a file in addresses of staff."""
    return hashlib.sha256(file.encode()).hexdigest()[:16]


def number_from_path(source: str) -> int:
    """The short address of an article without `id`: stable for its oldest path, the same on every machine."""
    return 1_000_000 + zlib.crc32(source.encode()) % 899_000_000
