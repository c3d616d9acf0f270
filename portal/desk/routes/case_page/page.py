"""The case page, put together: for a visit, and for a form that comes back with what was typed."""

from collections.abc import Mapping

from flask import Response, make_response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.advice import Advice
from portal.desk.history import Words, timeline_of
from portal.desk.queries.case import Beside, case_and_beside, marks_in
from portal.desk.routes.blueprint import CASES
from portal.desk.routes.case_page.box import Box, box_of, box_part
from portal.desk.routes.case_page.entries import entries_part
from portal.desk.routes.case_page.fairness import fairness_part
from portal.desk.routes.case_page.head import Parts, page_of
from portal.desk.routes.case_page.level import level_part
from portal.desk.routes.case_page.record import ledger_part, record_part
from portal.desk.routes.case_page.sheet import sheet_part
from portal.desk.routes.case_page.verbs import verbs_part
from portal.desk.routes.case_page.visit import Problem, Typed, Visit
from portal.desk.routes.neighbours import neighbours_of
from portal.desk.words import moments_from
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import current_language
from portal.foundation.security import read_id
from portal.keys.rules import new_stamp
from portal.questions.rules import ClosedBy


def case_page(
    number: str,
    problem: Problem | None = None,
    *,
    typed: Mapping[str, str] | None = None,
    advice: Advice | None = None,
) -> Response:
    """The whole page, read anew; with a problem it has that one's status and what was typed.

    `typed` without a problem is a form that was only loaded again, with `advice` one that was looked over.
    """
    before = _before()
    case, beside = case_and_beside(number, before=before)
    now, text = clock.now(), (problem.typed if problem else typed) or {}
    box = box_of(case, now, is_typed=bool(text))
    visit = Visit(
        case=case,
        now=now,
        moment=moments_from(now),
        here=f"{CASES}{case.question.number}",
        # Each form that is sent counts once; one that comes back is a new one.
        stamp=new_stamp(),
        neighbours=neighbours_of(case.question),
        typed=Typed(text or box.text, problem, typed is not None, advice),
    )
    return Response(_page(visit, beside, box, before), problem.status if problem else 200)


def _page(visit: Visit, beside: Beside, box: Box, before: int | None) -> str:
    """Every part, made of what it needs; in a case that was merged nothing can be written any more."""
    case, moment, marks = visit.case, visit.moment, marks_in(beside.marks)
    words = Words({each.id: each.name for each in beside.people}, moment, current_language())
    timeline, is_merged = timeline_of(case, beside, words, before=before), case.question.closed_by == ClosedBy.MERGE
    parts = Parts(
        verbs="" if is_merged else verbs_part(visit, timeline.entries, marks, beside.people),
        sheet=sheet_part(visit, beside.sheet),
        fairness=fairness_part(visit),
        history=entries_part(timeline.entries, moment),
        writing="" if is_merged else box_part(visit, box),
        note="" if is_merged else visit.part("desk/_note.html", {}, {"stamp": visit.stamp}),
        record=record_part(case, beside.earlier, marks.links),
        level=level_part(visit, marks.ticks),
        ledger=ledger_part(beside.promises, moment),
    )
    return page_of(visit, timeline, marks, parts)


def refused(number: str, form: PersonForm, where: str = "") -> Response:
    """The page with a form that was not filled in rightly; `where` names the field when the page calls it otherwise."""
    return case_page(number, refusal_of(form, where))


def refusal_of(form: PersonForm, where: str = "") -> Problem:
    """Everything that is wrong with a form, and all that was typed in it."""
    faults = {"" if name == "token" else where or name: str(sentences[0]) for name, sentences in form.errors.items()}
    return Problem(faults, form.refused_status, request.form.to_dict())


def stopped(number: str, error: PortalError, where: str = "") -> Response:
    """The page as it is now, with why something could not be done."""
    return case_page(number, problem_of(error, where))


def problem_of(error: PortalError, where: str) -> Problem:
    """Why something could not be done, and all that was typed."""
    return Problem({where: str(error)}, error.status, request.form.to_dict())


def to_case(number: str, anchor: str = "", *, said: str = "") -> AnyResponse:
    """Back to the case after something was done, to a place of it or with a sentence (`case_said`)."""
    response = make_response("", 303)
    response.headers["Location"] = url_for("desk.case", number=number, _anchor=anchor or None, said=said or None)
    return response


def _before() -> int | None:
    """The message before which the page ends; None for the newest ones and for anything that is none."""
    # Most visits ask for nothing; to take that apart would cost as much as a small statement.
    return read_id(request.args.get("before", "")) if request.query_string else None
