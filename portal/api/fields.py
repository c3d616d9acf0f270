"""Which fields a thing has as JSON: read from a request, every fault by its field, and described for tools."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import UnsupportedMediaType

from portal.contracts.reading import read_day
from portal.foundation.errors import PortalError
from portal.foundation.security import clean_text, typed_text

MOST_AT_ONCE = 100
Thing = dict[str, Any]


class Kind(StrEnum):
    """What a value must be."""

    LINE = "line"
    TEXT = "text"  # may have several lines
    FLAG = "flag"
    DAY = "day"
    THINGS = "things"  # a list of things with fields of their own


@dataclass(frozen=True)
class Field:
    """One field of a thing; `says` is for whoever reads the description of the interface."""

    name: str
    says: str
    kind: Kind = Kind.LINE
    is_required: bool = False
    limit: int = 100
    choices: tuple[str, ...] = ()
    example: Any = None
    fields: "tuple[Field, ...]" = ()


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with a field, in a sentence."""

    field: str
    detail: str


class Unfit(PortalError):
    """A thing that was sent and cannot be taken; every field with a fault is named."""

    status = 422

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__(_("Some fields cannot be taken as they are: %(names)s.", names=_names(faults)))
        self.more = {"errors": as_errors(faults)}


class Unreadable(PortalError):
    """A body that is no JSON object in UTF-8."""

    status = 400


def as_errors(faults: Sequence[FieldFault]) -> list[Thing]:
    """Faults as a program reads them."""
    return [{"field": each.field, "detail": each.detail} for each in faults]


def sent_thing(fields: Sequence[Field], further: Callable[[Thing], list[FieldFault]] = lambda _thing: []) -> Thing:
    """The thing in the body of this request, with nothing but these fields; Unfit names every fault.

    `further` says what else is wrong with it, beside its fields.
    """
    thing, faults = read_thing(sent_object(), fields)
    named = {each.field for each in faults}
    faults += [each for each in further(thing) if each.field not in named]
    if faults:
        raise Unfit(faults)
    return thing


def sent_object() -> Thing:
    """The JSON object in the body of this request; 400 and 415 for anything else."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        found = json.loads(
            request.get_data().decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_without_doubles
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("The body is no JSON in UTF-8, or has a name twice.")) from error
    if not isinstance(found, dict):
        raise Unreadable(_("The body must be a JSON object."))
    return found


def read_thing(given: Mapping[str, Any], fields: Sequence[Field]) -> tuple[Thing, list[FieldFault]]:
    """The values by field, empty for what is missing, null or wrong; and everything that is wrong with them."""
    known = {each.name for each in fields}
    faults = [FieldFault(_shown(name), _("This field is not known.")) for name in given if name not in known]
    thing: Thing = {}
    for each in fields:
        value, sentence = _read(each, given.get(each.name))
        thing[each.name] = _nothing(each) if sentence else value
        if sentence:
            faults.append(FieldFault(each.name, sentence))
    return thing, faults


def require_known(given: Iterable[str], *names: str) -> None:
    """Refuse parameters of an address that are none of these names: Unfit."""
    faults = [FieldFault(_shown(each), _("This parameter is not known.")) for each in given if each not in names]
    if faults:
        raise Unfit(faults)


def fault_of_choice(name: str, value: str, choices: Sequence[str]) -> list[FieldFault]:
    """The fault of a value that is none of what this company has at the moment; none for nothing."""
    return [] if not value or value in choices else [FieldFault(name, _one_of(choices))]


def schema_of(fields: Sequence[Field]) -> Thing:
    """The same fields as JSON Schema."""
    required = [each.name for each in fields if each.is_required]
    described = {each.name: _schema(each) for each in fields}
    return {"type": "object", "additionalProperties": False, "properties": described, "required": required}


def _read(field: Field, value: Any) -> tuple[Any, str]:
    """The value, and what is wrong with it."""
    if value is None or value == "":
        return _nothing(field), _("This is missing.") if field.is_required else ""
    if field.kind is Kind.FLAG:
        return value, "" if isinstance(value, bool) else _("This must be true or false.")
    if field.kind is Kind.THINGS:
        return value, _fault_of_things(value)
    if not isinstance(value, str):
        return "", _("This must be text.")
    return _read_text(field, value)


def _read_text(field: Field, value: str) -> tuple[Any, str]:
    read = typed_text(value, is_line=field.kind is not Kind.TEXT)
    sentence = _fault_of_text(field, value, read)
    if field.kind is not Kind.DAY or sentence:
        return read, sentence
    try:
        return read_day(read), ""
    except ValueError:
        return None, _("This is no day. Write it like 2026-11-30.")


def _fault_of_text(field: Field, sent: str, read: str) -> str:
    if clean_text(sent) != sent.replace("\r\n", "\n").replace("\r", "\n"):
        return _("This has characters that nobody can type.")
    if field.kind is not Kind.TEXT and "\n" in read:
        return _("Please write this on one line.")
    if not read and field.is_required:
        return _("This is missing.")
    if len(read) > field.limit:
        return _("Please shorten this to %(count)s characters.", count=field.limit)
    if read and field.choices and read not in field.choices:
        return _one_of(field.choices)
    return ""


def _one_of(choices: Sequence[str]) -> str:
    return _("This must be one of: %(choices)s.", choices=", ".join(choices))


def _fault_of_things(value: Any) -> str:
    if value == []:
        return _("This is missing.")
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return _("This must be a list of objects.")
    return "" if len(value) <= MOST_AT_ONCE else _("These are too many: at most %(count)s at once.", count=MOST_AT_ONCE)


def _nothing(field: Field) -> Any:
    return {Kind.FLAG: None, Kind.DAY: None, Kind.THINGS: []}.get(field.kind, "")


def _schema(field: Field) -> Thing:
    nullable = [] if field.is_required else ["null"]
    described: Thing = {"description": field.says}
    if field.example is not None:
        described["examples"] = [field.example]
    if field.kind is Kind.FLAG:
        return {"type": ["boolean", *nullable], **described}
    if field.kind is Kind.THINGS:
        items = schema_of(field.fields)
        return {"type": "array", "minItems": 1, "maxItems": MOST_AT_ONCE, "items": items, **described}
    if field.choices:
        return {"enum": [*field.choices, *([] if field.is_required else ["", None])], **described}
    length = {"maxLength": field.limit} | ({"minLength": 1} if field.is_required else {})
    return {"type": ["string", *nullable], **length, **described}


def _shown(name: str) -> str:
    """A name that nobody knows, as it may be said back."""
    return clean_text(name)[:60]


def _names(faults: Sequence[FieldFault]) -> str:
    names = list(dict.fromkeys(each.field for each in faults))
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _without_doubles(pairs: list[tuple[str, Any]]) -> Thing:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
