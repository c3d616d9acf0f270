"""The case sheet on the question's page, and the form that says which line of it is not right."""

from dataclasses import dataclass

from markupsafe import Markup

from portal.foundation import clock
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.web.sessions import form_token
from portal.questions.access import OpenQuestion
from portal.questions.models import SheetEntry
from portal.questions.past import sheet_then
from portal.questions.queries import sheet_of
from portal.questions.routes.question_page.visit import Typed, Visit, typed_in
from portal.questions.rules import SheetLine
from portal.questions.thread.words import sheet_label


@dataclass(frozen=True)
class SheetLineView:
    """A written line of the case sheet."""

    name: str
    label: str
    entry: SheetEntry


def sheet_part(visit: Visit) -> Markup:
    """Every line that is written."""
    sheet, back = _sheet(visit.opened), visit.forms.objection
    return render_fragment(
        "questions/_sheet.html",
        sheet=[SheetLineView(line.value, sheet_label(line), sheet[line.value]) for line in SheetLine if line in sheet],
        can_reply=visit.can_reply,
        objection=typed_in(back.remark, back.line) if back else Typed(),
        page_url=visit.here,
        token=form_token(),
    )


def _sheet(opened: OpenQuestion) -> dict[str, SheetEntry]:
    sheet, past = sheet_of(opened.question.id) if opened.has_sheet else {}, clock.past()
    return sheet_then(sheet, past) if past else sheet
