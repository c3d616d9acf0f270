"""The case sheet: five lines that the customer reads too."""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from portal.desk.routes.case_page.visit import Part, Visit
from portal.desk.words import spoken
from portal.questions.models import SheetEntry
from portal.questions.rules import SheetLine
from portal.questions.thread.words import sheet_label


class Line(NamedTuple):
    """A line of the case sheet, and what is written in it."""

    name: str
    label: str
    entry: SheetEntry | None


def sheet_part(visit: Visit, entries: Sequence[SheetEntry]) -> Part:
    """The lines with what was ever written in them; a sheet on which nothing was written is the same for every case."""
    if not entries:
        return visit.part("desk/_sheet.html", _empty(), {})
    return visit.whole("desk/_sheet.html", sheet=_lines(entries), is_sheet_old=_is_old(visit, entries))


@spoken
def _empty() -> Mapping[str, Hashable]:
    return {"sheet": _lines(()), "is_sheet_old": False}


def _lines(entries: Sequence[SheetEntry]) -> tuple[Line, ...]:
    written = {each.line: each for each in entries}
    return tuple([Line(each.value, sheet_label(each), written.get(each.value)) for each in SheetLine])


def _is_old(visit: Visit, entries: Sequence[SheetEntry]) -> bool:
    """Whether the customer has written since the sheet was last changed."""
    written = max((each.changed_at for each in entries if each.text), default=None)
    wrote = visit.case.question.last_customer_message_at
    return written is not None and wrote is not None and written <= wrote
