"""JSON Schema of what is answered, in few words."""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]


def text() -> Schema:
    """Text, perhaps none."""
    return {"type": "string"}


def flag() -> Schema:
    """True or false."""
    return {"type": "boolean"}


def day(*, is_optional: bool = False) -> Schema:
    """A day such as 2026-11-30."""
    return _maybe("date", is_optional)


def moment(*, is_optional: bool = False) -> Schema:
    """A moment in UTC."""
    return _maybe("date-time", is_optional)


def values(choices: Iterable[str]) -> Schema:
    """One of these."""
    return {"enum": [str(each) for each in choices]}


def listed(items: Schema) -> Schema:
    """Any number of them."""
    return {"type": "array", "items": items}


def shown(properties: Mapping[str, Schema]) -> Schema:
    """A thing that always has all of these."""
    return {"type": "object", "properties": dict(properties), "required": [*properties]}


def _maybe(form: str, is_optional: bool) -> Schema:
    return {"type": ["string", "null"] if is_optional else "string", "format": form}
