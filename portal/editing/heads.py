"""The head of a Markdown file as fields, and back: lines of keys that did not change stay as somebody wrote them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.faq.library.faults import FileUnusable
from portal.faq.library.texts.front_matter import YAML_HEAD, split

LISTS = ("keywords", "related")
# In the order in which a new head lists them.
FIELDS = (
    *("title", "summary", "keywords", "status", "publish_from", "publish_until", "reviewed_on", "review_every"),
    *("owner", "related", "pinned", "translation_of", "changed_on"),
)
_KEY = re.compile(r"([A-Za-z_]+):(?:\s|$)")
_PLAIN = re.compile(r"[^\W\d_][\w äöüÄÖÜß.?()/+-]*|\d{4}-\d{2}-\d{2}|\d+ (?:day|week|month|year)s?|[a-z0-9/-]+")
_SPECIAL = {"true", "false", "yes", "no", "on", "off", "null", "~", ""}


@dataclass(frozen=True)
class Parts:
    """A file as the form shows it: one line of text for each key, and the body."""

    values: Mapping[str, str]
    body: str


def parts_of(text: str) -> Parts | None:
    """The fields and the body of a file; None when its head is none that the form could give back unharmed."""
    try:
        head, body, _offset = split(text, "")
    except FileUnusable:
        return None
    is_known = text.startswith("---") == bool(YAML_HEAD.match(text)) and not text.startswith("+++")
    if head.faults or not is_known or not all(_is_simple(key, head.values.get(key)) for key in FIELDS):
        return None
    return Parts({key: _line(head.values.get(key)) for key in FIELDS}, body)


def composed(before: str, values: Mapping[str, str], body: str) -> str:
    """The file with these fields and this body; everything else of the head stays as it is in `before`."""
    match = YAML_HEAD.match(before)
    segments = _segments(match[1] if match else "")
    known = parts_of(before)
    kept = known.values if known else {}
    lines = [_written(key, old, kept, values) for key, old in segments]
    there = {key for key, _ in segments}
    lines += [_new_line(key, values[key]) for key in FIELDS if key not in there and values.get(key)]
    head = "".join(lines)
    text = body.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"
    return f"---\n{head}---\n{text.lstrip(chr(10))}"


def _segments(source: str) -> list[tuple[str, str]]:
    """The head cut at its keys: key and lines, continued ones included; a comment line is a piece of its own."""
    found: list[tuple[str, str]] = []
    for line in source.splitlines(keepends=True):
        match = _KEY.match(line)
        if match or not found or line.startswith("#"):
            found.append((match[1] if match else "", line))
        else:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def _written(key: str, old: str, kept: Mapping[str, str], values: Mapping[str, str]) -> str:
    if key not in values or values[key] == kept.get(key, ""):
        return old
    return _new_line(key, values[key]) if values[key] else ""


def _new_line(key: str, value: str) -> str:
    if key in LISTS:
        items = ", ".join(_quoted(item.strip()) for item in value.split(",") if item.strip())
        return f"{key}: [{items}]\n"
    return f"{key}: {value if key == 'pinned' else _quoted(value)}\n"


def _quoted(value: str) -> str:
    """A word as YAML reads it back: bare where that is safe, else in double quotes, which JSON's are."""
    line = " ".join(value.split())
    is_plain = _PLAIN.fullmatch(line) and line.lower() not in _SPECIAL
    return line if is_plain else json.dumps(line, ensure_ascii=False)


def _is_simple(key: str, value: object) -> bool:
    if isinstance(value, list):
        # Written with commas between them, so none may lie inside.
        return key in LISTS and all(isinstance(item, str) and "," not in item for item in value)
    return value is None or isinstance(value, str)


def _line(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else " ".join(str(value or "").split())
