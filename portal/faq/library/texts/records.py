"""What one Markdown file says by itself, before it is compared with the others."""

import json
from dataclasses import dataclass, field, fields
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

    `packed` is the compressed HTML, `text` the compressed plain text for the search index, `lines` says where the keys
    stand that can only be judged beside other files.
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
    pinned: bool = False
    order: int = 1000
    translation_of: str = ""
    aliases: tuple[str, ...] = ()
    headings: tuple[tuple[int, str, str], ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)
    words: int = 0
    packed: bytes = b""
    text: bytes = b""


KEPT = [each.name for each in fields(Record) if each.name not in ("packed", "text")]


def to_json(record: Record) -> str:
    """Everything but the two compressed texts."""
    plain = {name: getattr(record, name) for name in KEPT}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def from_json(source: str, *, packed: bytes, text: bytes) -> Record:
    """A record as it was kept, also by another version: what this one does not know is left out."""
    plain: dict[str, Any] = {name: value for name, value in json.loads(source).items() if name in KEPT}
    for key in ("keywords", "related", "aliases"):
        plain[key] = tuple(plain[key])
    plain["headings"] = tuple((level, words, anchor) for level, words, anchor in plain["headings"])
    for key in ("links", "images"):
        plain[key] = tuple(Link(*link) for link in plain[key])
    return Record(**plain, packed=packed, text=text)
