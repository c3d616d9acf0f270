"""Reads `_category.toml`: name, description, order and icon of a folder."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.faq.library.faults import Fault, FileUnusable, toml_line
from portal.faq.library.texts.fields import Fields
from portal.faq.library.texts.front_matter import Head
from portal.faq.library.texts.reading import decoded, read_bytes

KEYS = frozenset({"name", "description", "order", "icon", "translation_of"})
ICONS = frozenset(
    {"document", "receipt", "tool", "wifi", "phone", "mobile", "truck", "exit", "person", "shield", "question"}
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a folder's own file says; empty and None where it says nothing. The line is that of `translation_of`."""

    file: str
    name: str = ""
    description: str = ""
    order: int | None = None
    icon: str = ""
    translation_of: str = ""
    line: int = 0


def read_shelf(content: Path, file: str) -> tuple[Shelf, list[Fault]]:
    """The description of a folder, with the faults found; FileUnusable when it is not TOML."""
    return shelf_of(read_bytes(content / file, file), file)


def shelf_of(found: bytes, file: str) -> tuple[Shelf, list[Fault]]:
    """The description of a folder from bytes that would lie in the place of that file, with the faults found."""
    source = decoded(found, file)
    try:
        # A number of thousands of digits can be read, but not written: that is a ValueError as well.
        words, lines = _words_and_lines(source, tomllib.loads(source))
    except (ValueError, RecursionError) as error:
        fault = Fault(file, toml_line(error), f"The file is not TOML: {error}.", 'Write one `key = "value"` a line.')
        raise FileUnusable(fault) from error
    fields = Fields(Head(words, lines), file)
    fields.check_known(KEYS)
    return _shelf(fields, file), fields.faults


def _shelf(fields: Fields, file: str) -> Shelf:
    name, icon = fields.text("name"), fields.text("icon")
    if not name:
        fields.faults.append(fields.at("name", "The category has no name.", 'Write name = "…".'))
    if icon and icon not in ICONS:
        remedy = f"Use one of {', '.join(sorted(ICONS))}."
        fields.faults.append(fields.at("icon", f"The icon “{icon[:40]}” is unknown.", remedy))
        icon = ""
    order = fields.number("order", low=-9999, high=99999)
    translates, line = fields.text("translation_of").strip("/"), fields.head.lines.get("translation_of", 0)
    return Shelf(file, name, fields.text("description"), order, icon, translates, line)


def _words_and_lines(source: str, table: dict[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    lines = {line.partition("=")[0].strip(): number for number, line in enumerate(source.splitlines(), start=1)}
    values = {key: value if isinstance(value, (list, dict)) else str(value) for key, value in table.items()}
    return values, {key: lines.get(key, 0) for key in table}
