"""The same person under another address: who it is, what is known, and that nobody may read more by it."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import Case, case_of
from portal.desk.actions.same_person import SameRecord, say_other_person, say_same_person
from portal.desk.forms.case import DeskPress, RecordForm
from portal.desk.queries.callers import callers_like
from portal.desk.queries.same_person import other_records
from portal.desk.routes.blueprint import CASES, asked_cleanly, bp, staff
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.security import clean_text, read_id
from portal.foundation.sql.time_limit import TookTooLong
from portal.numbers.format import Mistyped

_LONGEST = 100


@bp.get("/questions/<number:number>/same-person")
@asked_cleanly
def show_same_person(number: str) -> Response:
    """The other records of the customer, and whom these words may mean."""
    case, who = case_of(number), clean_text(request.args.get("who", "")).strip()[:_LONGEST]
    try:
        return _page(case, who=who, found=_others(case, who) if who else None)
    except Mistyped:
        sentence = _("One digit of this number is wrong: its last digit does not fit the others.")
        return _page(case, who=who, problem=sentence, status=422)
    except TookTooLong as error:
        return _page(case, who=who, problem=str(error), status=error.status)


@bp.post("/questions/<number:number>/same-person/addition")
def join_records(number: str) -> AnyResponse:
    """Another record is of the same person."""
    return _changed(number, is_same=True)


@bp.post("/questions/<number:number>/same-person/removal")
def part_records(number: str) -> AnyResponse:
    """It is not after all."""
    return _changed(number, is_same=False)


def _changed(number: str, *, is_same: bool) -> AnyResponse:
    require_complete()
    case, form = case_of(number), RecordForm()
    if not form.validate():
        return _page(case, problem=str(next(iter(form.errors.values()))[0]), status=form.refused_status)
    say = say_same_person if is_same else say_other_person
    try:
        say(case.customer.id, read_id(str(form.customer.data)) or 0, by=actor_of(staff()), now=clock.now())
    except SameRecord as error:
        return _page(case, problem=str(error), status=error.status)
    return redirect(f"{CASES}{case.question.number}/same-person?said={'same' if is_same else 'other'}", 303)


def _others(case: Case, who: str) -> list[Any]:
    """Whom the words may mean, without whoever is shown already."""
    known = {case.customer.id, *(each.id for each in other_records(case.customer.id))}
    return [each for each in callers_like(who) if each.id not in known]


def _page(case: Case, *, status: int = 200, **more: Any) -> Response:
    """The page; `more` is what only some have: `who` was looked for, who was `found`, a `problem`."""
    values = {
        "case": case,
        "here": f"{CASES}{case.question.number}",
        "records": other_records(case.customer.id),
        "token": DeskPress(formdata=None).token.data,
        "said": request.args.get("said", ""),
        **more,
    }
    return make_response(render_template("desk/same_person.html", **values), status)
