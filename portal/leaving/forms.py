"""What comes from the two pages, as it comes: nothing is refused, nothing that was typed is lost (spec 2.3)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.foundation.security import clean_text, typed_text
from portal.leaving.rules.declarations import CancellationKind, Kind, Said

# A field is kept whole up to here; nobody types more, and a machine that does is told (SR-20: never cut silently).
FIELD_LIMIT = 100_000
CUT = " […]"
NAMES: Mapping[Kind, tuple[str, ...]] = {
    Kind.CANCELLATION: ("cause", "reason", "name", "identity", "contract", "about", "end", "date", "email"),
    Kind.WITHDRAWAL: ("name", "contract", "about", "part", "email"),
}
TRAP = "website"
_LINES = {"reason", "identity", "about", "part"}
_STAMP = re.compile(r"(\d{10})-([0-9a-f]{12})-([A-Za-z0-9_-]{32,64})", re.ASCII)
# What neither a keyboard makes nor both databases can keep is written as its number.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Stamp:
    """The key of one opened form: when it was opened (seconds), and the short mark of the form that was shown."""

    text: str = ""
    opened: int = 0
    page: str = ""


def read_said(form: MultiDict[str, str], kind: Kind) -> Said:
    """What somebody declares; unknown values of the choices count as if nothing had been chosen."""
    typed = {name: _cleaned(name, form.get(name, "")) for name in NAMES[kind]}
    about = "\n".join(dict.fromkeys(each for each in (typed["contract"], typed["about"]) if each))
    common = {"kind": kind, "name": typed["name"], "email": typed["email"], "about": about}
    if kind is Kind.WITHDRAWAL:
        return Said(**common, part=typed["part"])  # type: ignore[arg-type]
    for_cause = typed["cause"] == CancellationKind.FOR_CAUSE.value
    # Whoever writes a date means it, also without the round button beside it (§ 133 BGB).
    is_on_date = bool(typed["date"])
    return Said(
        **common,  # type: ignore[arg-type]
        identity=typed["identity"],
        cause=CancellationKind.FOR_CAUSE if for_cause else CancellationKind.ORDINARY,
        reason=typed["reason"],
        is_on_date=is_on_date,
        wished=typed["date"],
    )


def read_raw(form: MultiDict[str, str], kind: Kind) -> dict[str, Any]:
    """The fields as they came; a name that came several times keeps all of its values."""
    found = ((name, [_writable(value) for value in form.getlist(name)]) for name in NAMES[kind])
    return {name: values[0] if len(values) == 1 else values for name, values in found if values}


def read_stamp(form: MultiDict[str, str]) -> Stamp:
    """The form's key; an odd one counts as none."""
    found = _STAMP.fullmatch(form.get("stamp", ""))
    return Stamp(found[0], int(found[1]), found[2]) if found else Stamp()


def is_trapped(form: MultiDict[str, str]) -> bool:
    """Whether a machine filled in what no person sees."""
    return bool(form.get(TRAP))


def typed_again(form: MultiDict[str, str], names: Iterable[str]) -> dict[str, str]:
    """The same values for the form that is shown once more."""
    return {name: clean_text(form.get(name, "")) for name in names}


def _cleaned(name: str, value: str) -> str:
    shown = typed_text(value, is_line=name not in _LINES)
    return shown if len(shown) <= FIELD_LIMIT else shown[:FIELD_LIMIT] + CUT


def _writable(value: str) -> str:
    written = _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    return written if len(written) <= FIELD_LIMIT else written[:FIELD_LIMIT] + CUT
