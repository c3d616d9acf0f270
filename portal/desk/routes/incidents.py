"""Incidents at the desk: begin one, tell it anew, put cases to it, tell all of them, close them when it is over."""

from datetime import datetime
from math import ceil
from typing import Any

from flask import Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import case_of
from portal.desk.actions.incidents import (
    NobodyToTell,
    attach_cases,
    detach_case,
    hold_message,
    solve_all,
    take_message_back,
)
from portal.desk.forms.case import DeskPress
from portal.desk.forms.incidents import CasesForm, IncidentForm, MessageForm
from portal.desk.lines import print_lines
from portal.desk.queries.incidents import (
    SHOWN_CASES,
    cases_in,
    counts_of,
    messages_of,
    open_languages,
    suggested_for,
    taken_back,
)
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.page import stopped, to_case
from portal.desk.words import incident_said
from portal.foundation import clock
from portal.foundation.forms import require_complete, require_pressed
from portal.foundation.security import read_id
from portal.incidents.actions import begin_incident, change_incident
from portal.incidents.models import Incident, IncidentMessage
from portal.incidents.queries import all_incidents, incident_by_id
from portal.incidents.rules import State
from portal.incidents.words import state_word, title_of
from portal.keys.actions import StampUsed
from portal.keys.rules import new_stamp
from portal.questions.actions.answering import Then
from portal.questions.routes.question_page.reply import stamp_of_request


@bp.get("/incidents")
def incidents() -> Response:
    """Every incident, those that last first."""
    rows = all_incidents()
    counts = counts_of([row.id for row in rows])
    lines = [(row, title_of(row), state_word(State(row.state)), counts.get(row.id, (0, 0))) for row in rows]
    return make_response(render_template("desk/incidents.html", lines=lines, now=clock.now()))


@bp.route("/incidents/new", methods=["GET", "POST"])
def new_incident() -> AnyResponse:
    """The form of a new incident; with `from` that case belongs to it at once. The same form twice is one."""
    form = IncidentForm()
    asked = request.values.get("from", "")
    if request.method == "GET":
        form.stamp.data = new_stamp()
        if asked:
            form.topics.data = [case_of(asked).question.topic]
        return _new_page(form, asked)
    require_complete()
    if not form.validate():
        return _new_page(form, asked, status=form.refused_status)
    by, now = actor_of(staff()), clock.now()
    question = case_of(asked).question if asked else None
    try:
        made = begin_incident(form.told, stamp=stamp_of_request(), by=by, now=now)
    except StampUsed as error:
        form.stamp.data = new_stamp()
        return _new_page(form, asked, problem=str(error), status=error.status)
    if question is not None:
        attach_cases(made, [question.id], by=by, now=now)
    return to_incident(made, said="begun")


@bp.get("/incidents/<int:incident_id>")
def incident(incident_id: int) -> Response:
    """One incident with its cases and messages."""
    row, said = found(incident_id), request.args.get("said", "")
    back = taken_back(row.id, read_id(request.args.get("message", "")) or 0, staff().id)
    message = MessageForm.of(back) if said == "taken-back" and back else None
    return incident_page(row, message=message, said=incident_said(said))


@bp.post("/incidents/<int:incident_id>")
def tell_incident(incident_id: int) -> AnyResponse:
    """Tell it anew."""
    require_complete()
    row, form = found(incident_id), IncidentForm()
    if not form.validate():
        return incident_page(row, form=form, status=form.refused_status)
    change_incident(row.id, form.told, State(form.state.data), by=actor_of(staff()), now=clock.now())
    return to_incident(row.id, said="told")


@bp.post("/incidents/<int:incident_id>/cases")
def attach(incident_id: int) -> AnyResponse:
    """Put chosen cases to it."""
    require_complete()
    row, form = found(incident_id), CasesForm()
    if not form.validate():
        return incident_page(row, cases_form=form, status=form.refused_status)
    attach_cases(row.id, form.case.data or [], by=actor_of(staff()), now=clock.now())
    return to_incident(row.id, said="attached")


@bp.post("/incidents/<int:incident_id>/messages")
def tell_all(incident_id: int) -> AnyResponse:
    """One message to everybody whose case is open; it waits some seconds in which it can be taken back."""
    require_complete()
    row = found(incident_id)
    form = MessageForm(needed=list(open_languages(row.id)))
    if not form.validate():
        return incident_page(row, message=form, status=form.refused_status)
    try:
        by, now = actor_of(staff()), clock.now()
        hold_message(row.id, form.texts, Then(form.then.data), stamp=stamp_of_request(), by=by, now=now)
    except (NobodyToTell, StampUsed) as error:
        return incident_page(row, message=form, problem=str(error), status=error.status)
    return to_incident(row.id, "messages")


@bp.post("/incidents/<int:incident_id>/messages/<int:message_id>/undoing")
def undo_message(incident_id: int, message_id: int) -> AnyResponse:
    """Take a message back before it goes out, its text is in the box again; the page says when that was too late."""
    _pressed()
    row = found(incident_id)
    if not take_message_back(row.id, message_id, now=clock.now()):
        return incident_page(row, problem=_("It has gone out already."), status=409)
    return to_incident(row.id, said="taken-back", message=message_id)


@bp.post("/incidents/<int:incident_id>/closure")
def close_all_cases(incident_id: int) -> AnyResponse:
    """Every open case of it is solved."""
    _pressed()
    row = found(incident_id)
    solve_all(row.id, by=actor_of(staff()), now=clock.now())
    return to_incident(row.id, said="solved")


@bp.post("/questions/<number:number>/incidents")
def attach_one(number: str) -> AnyResponse:
    """Put a case to an incident, or begin one with it."""
    _pressed()
    question, row = case_of(number).question, _chosen()
    if row is None:
        return stopped(number, _NoIncident(), "incident")
    attach_cases(row.id, [question.id], by=actor_of(staff()), now=clock.now())
    return to_case(number, said="attached")


@bp.post("/questions/<number:number>/incidents/removal")
def detach_one(number: str) -> AnyResponse:
    """It is about something else after all."""
    _pressed()
    question, row = case_of(number).question, _chosen()
    if row is None:
        abort(404)
    detach_case(row.id, question.id, by=actor_of(staff()), now=clock.now())
    return to_case(number, said="detached")


def incident_page(
    row: Incident,
    *,
    form: IncidentForm | None = None,
    cases_form: CasesForm | None = None,
    message: MessageForm | None = None,
    problem: str = "",
    said: str = "",
    status: int = 200,
) -> Response:
    """The page of an incident; a form comes back as it was filled in, `said` is what was just done."""
    now, cases = clock.now(), cases_in(row.id)
    languages = open_languages(row.id)
    values: dict[str, Any] = {
        "row": row,
        "title": title_of(row),
        "state_word": state_word(State(row.state)),
        "form": form or IncidentForm(formdata=None, row=row),
        "cases_form": cases_form,
        "message": message or MessageForm(formdata=None),
        "problem": problem,
        "said": said,
        "stamp": stamp_of_request() if message and status == 422 else new_stamp(),
        "needed": languages,
        "open_count": sum(languages.values()),
        "case_count": counts_of([row.id]).get(row.id, (0, 0))[0],
        "cases": print_lines(cases, now),
        "shows_all": len(cases) < SHOWN_CASES,
        "suggested": print_lines(
            suggested_for(row), now, choosing=True, chosen=(cases_form and cases_form.case.data) or ()
        ),
        "messages": [(each, _seconds_left(each.row, now)) for each in messages_of(row.id)],
        "now": now,
    }
    return make_response(render_template("desk/incident.html", **values), status)


def _seconds_left(row: IncidentMessage, now: datetime) -> int:
    """For how long a message can be taken back."""
    return 0 if row.done_at else max(0, ceil((row.send_at - now).total_seconds()))


def found(incident_id: int) -> Incident:
    """The incident, or 404."""
    return incident_by_id(incident_id) or abort(404)


def to_incident(incident_id: int, anchor: str = "", **given: Any) -> AnyResponse:
    """Back to the page after something was done, to a place of it or with a sentence (`said`)."""
    response = make_response("", 303)
    response.headers["Location"] = url_for("desk.incident", incident_id=incident_id, _anchor=anchor or None, **given)
    return response


def _new_page(form: IncidentForm, asked: str, *, problem: str = "", status: int = 200) -> Response:
    page = render_template("desk/incident_new.html", form=form, asked=asked, problem=problem)
    return make_response(page, status)


class _NoIncident(NobodyToTell):
    def __init__(self) -> None:
        Exception.__init__(self, _("Please choose an incident."))


def _pressed() -> None:
    require_pressed(DeskPress())


def _chosen() -> Incident | None:
    return incident_by_id(read_id(request.form.get("incident", "")) or 0)
