"""Two cases side by side before they become one: what stays, what is promised, what the customer reads."""

from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import Case, case_of
from portal.desk.actions.joining import (
    CannotMerge,
    CasesMovedOn,
    NoSuchCase,
    earlier_promise,
    merge_cases,
    merging_mark,
    other_case,
    why_not_merged,
)
from portal.desk.forms.case import DeskPress, MergingForm, OtherForm
from portal.desk.routes.blueprint import CASES, bp, staff
from portal.desk.routes.case_page.page import case_page, refused, stopped, to_case
from portal.desk.routes.case_page.visit import Problem
from portal.desk.words import desk_moment, promised, state_of
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.i18n import LOCALES, current_language
from portal.foundation.security import clean_text
from portal.questions.queries import service_levels
from portal.questions.rules import Status
from portal.questions.topics import TOPICS_FILE


@bp.post("/questions/<number:number>/merging/proposal")
def propose_merging(number: str) -> AnyResponse:
    """The number of the other case was typed: on to the page that shows both."""
    require_complete()
    question, form = case_of(number).question, OtherForm()
    if not form.validate():
        return refused(number, form)
    try:
        other = other_case(question, str(form.other.data or ""))
    except NoSuchCase as error:
        return stopped(number, error, "other")
    return redirect(f"{CASES}{question.number}/merging?other={other.number}", 303)


@bp.get("/questions/<number:number>/merging")
def look_before_merging(number: str) -> Response:
    """Both cases and the one button; a number that is no other case is refused on the page of the case."""
    case, typed = case_of(number), clean_text(request.args.get("other", ""))[:40]
    try:
        other = other_case(case.question, typed)
    except NoSuchCase as error:
        return case_page(number, Problem({"other": str(error)}, error.status, {"other": typed}))
    return _page(case, case_of(other.number))


@bp.post("/questions/<number:number>/merging")
def merge(number: str) -> AnyResponse:
    """Two cases become the older one, as they were looked at; the desk goes on there."""
    require_complete()
    case, form = case_of(number), MergingForm()
    try:
        other = other_case(case.question, str(form.other.data or ""))
    except NoSuchCase as error:
        return stopped(number, error, "other")
    if not form.validate():
        return _page(case, case_of(other.number), str(next(iter(form.errors.values()))[0]), form.refused_status)
    seen, by = str(form.seen.data or ""), actor_of(staff())
    try:
        kept = merge_cases(case.question, other, seen=seen, by=by, now=clock.now())
    except (CannotMerge, CasesMovedOn) as error:
        return _page(case_of(number), case_of(other.number), str(error), error.status)
    return to_case(kept.number, said="merged")


def _page(case: Case, other: Case, problem: str = "", status: int = 200) -> Response:
    now = clock.now()
    kept, merged = sorted((case, other), key=lambda each: each.question.id)
    values: dict[str, Any] = {
        "here": f"{CASES}{case.question.number}",
        "other": other.question.number,
        "seen": merging_mark(case.question, other.question),
        "sides": [_side(each, now) for each in (kept, merged)],
        "refusal": why_not_merged(kept.question, merged.question),
        "is_two_customers": kept.customer.id != merged.customer.id,
        "promise": _promise_after(kept, merged, now),
        "told": _told(kept, merged),
        "press": DeskPress(formdata=None),
        "problem": problem,
    }
    return make_response(render_template("desk/merging.html", **values), status)


def _side(case: Case, now: datetime) -> dict[str, Any]:
    """What of a case is compared with the other one."""
    question, language = case.question, current_language()
    return {
        "number": question.number,
        "subject": question.subject,
        "name": case.customer.name,
        "email": case.customer.email,
        "state": state_of(question),
        "topic": TOPICS_FILE.here().topics.name(question.topic, language),
        "level": service_levels().level(question.level).name(language),
        "promise": _promise(case, now),
        "assignee": case.assignee.name if case.assignee else "",
        "written": desk_moment(question.last_message_at, now),
    }


def _promise(case: Case, now: datetime) -> str:
    question = case.question
    if question.answer_due_at is None:
        return ""
    return promised(question.first_answered_at is None, desk_moment(question.answer_due_at, now))


def _promise_after(kept: Case, merged: Case, now: datetime) -> str:
    """What will be promised, as a sentence."""
    if merged.question.status == Status.OPEN and kept.question.status != Status.OPEN:
        return str(
            _("It is our turn again there, with a new promise; should the other date be earlier, that one holds.")
        )
    holds = earlier_promise(kept.question.answer_due_at, merged.question.answer_due_at, now)
    if holds is None:
        return str(_("No answer is promised, before or after."))
    return str(_("The promise that holds from then on: %(date)s.", date=desk_moment(holds, now)))


def _told(kept: Case, merged: Case) -> str:
    """The sentence of the mail, in the language in which the customer reads it."""
    language = kept.question.language
    with force_locale(LOCALES.get(language, language)):
        return str(
            _(
                "Your questions %(number)s and %(merged)s are about the same matter. We have put them together under"
                " %(number)s: all messages stand there, and one person answers both.",
                number=kept.question.number,
                merged=merged.question.number,
            )
        )
