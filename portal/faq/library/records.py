"""What one Markdown file says by itself, before it is compared with the others."""

import json
from dataclasses import dataclass, fields
from typing import Any, NamedTuple


class Link(NamedTuple):
    """A link or an image as written: target, where it leads (None: nowhere), its line, and the words."""

    target: str
    url: str | None
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A file that was read and rendered without a fault that forbids it; dates as ISO words, so that it can be kept.

    `packed` is the compressed HTML, `text` the compressed plain text for the search index.
    """

    title: str
    summary: str
    number: int | None = None
    keywords: tuple[str, ...] = ()
    status: str = "published"
    publish_from: str | None = None
    publish_until: str | None = None
    reviewed_on: str | None = None
    review_days: int | None = None
    changed_on: str | None = None
    owner: str = ""
    related: tuple[str, ...] = ()
    related_line: int = 0
    pinned: bool = False
    order: int = 1000
    translation_of: str = ""
    translation_line: int = 0
    aliases: tuple[str, ...] = ()
    headings: tuple[tuple[int, str, str], ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()
    words: int = 0
    packed: bytes = b""
    text: bytes = b""


KEPT = [field.name for field in fields(Record) if field.name not in ("packed", "text")]


def to_json(record: Record) -> str:
    """Everything but the two compressed texts."""
    plain = {name: getattr(record, name) for name in KEPT}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def from_json(source: str, *, packed: bytes, text: bytes) -> Record:
    """A record as it was kept."""
    plain: dict[str, Any] = json.loads(source)
    for key in ("keywords", "related", "aliases"):
        plain[key] = tuple(plain[key])
    plain["headings"] = tuple((level, words, anchor) for level, words, anchor in plain["headings"])
    for key in ("links", "images"):
        plain[key] = tuple(Link(*link) for link in plain[key])
    return Record(**plain, packed=packed, text=text)
