"""One change to several cases: chosen in a queue, decided on a page of its own."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.actions.bulk import Outcome, assign_all, change_all, close_all, tag_all
from portal.desk.actions.incidents import attach_all
from portal.desk.forms.queues import NOBODY, BulkForm
from portal.desk.lines import Names, print_lines
from portal.desk.queries.queues import cases_of
from portal.desk.queries.views import colleagues, is_colleague
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.queues import choices, known, queue_page, wanted_filter, with_said
from portal.desk.rules import PAGE_SIZE, address_of
from portal.desk.words import levels_in_words
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.security import read_id, safe_next
from portal.incidents.queries import incident_by_id, lasting_incidents
from portal.incidents.words import title_of

_LIST = "list"


@bp.get("/queues/<queue>/changes")
def decide(queue: str) -> AnyResponse:
    """What is to happen to the cases that the address names; a page that a browser may open again."""
    form, shown = BulkForm(formdata=None), known(queue)
    form.case.data = [number for each in request.args.getlist("case")[:PAGE_SIZE] if (number := read_id(each))]
    form.back.data, here = request.args.get("back", ""), address_of(shown, wanted_filter())
    return _page(form, here) if form.case.data else redirect(here, 303)


@bp.post("/queues/<queue>")
def change(queue: str) -> AnyResponse:
    """Change the chosen cases; `do` says what, and `list` leads to the page where that is decided."""
    require_complete()
    form, shown, wanted = BulkForm(), known(queue), wanted_filter()
    do = form.do.data or ""
    acts = _acts(form)
    if do not in acts and do != _LIST:
        abort(400)
    is_right = form.validate()
    if form.case.errors:
        return queue_page(shown, wanted, form=form, status=form.refused_status)
    here = address_of(shown, wanted)
    back = safe_next(form.back.data or "", here)
    if do == _LIST and is_right:
        asked: dict[str, Any] = {**wanted.given, "case": form.case.data, "back": back}
        return redirect(url_for(".decide", queue=queue, **asked), 303)
    if not is_right or not _can_be_responsible(form) or not _is_incident(form):
        return _page(form, here, status=form.refused_status)
    outcome = acts[do](form.case.data)
    return redirect(with_said(back, **asdict(outcome)), 303)


def _page(form: BulkForm, here: str, *, status: int = 200) -> AnyResponse:
    values: dict[str, Any] = {
        "form": form,
        "here": here,
        "back": safe_next(form.back.data or "", here),
        "ids": form.case.data,
        "lines": print_lines(cases_of(form.case.data), clock.now()),
        "choices": choices(Names(), colleagues()),
        "levels": levels_in_words(),
        "incidents": [(str(row.id), title_of(row)) for row in lasting_incidents()],
    }
    return make_response(render_template("desk/bulk.html", **values), status)


def _acts(form: BulkForm) -> dict[str, Callable[[Sequence[int]], Outcome]]:
    by, now = actor_of(staff()), clock.now()
    return {
        "take": lambda ids: assign_all(ids, staff().id, by=by, now=now),
        "assign": lambda ids: assign_all(ids, _chosen(form), by=by, now=now),
        "tag": lambda ids: tag_all(ids, form.tag.data or "", by=by, now=now),
        "level": lambda ids: change_all(ids, form.level.data or "", form.reason.data or "", by=by, now=now),
        "incident": lambda ids: attach_all(ids, _incident(form), by=by, now=now),
        "close": lambda ids: close_all(ids, form.reason.data or "", by=by, now=now),
    }


def _chosen(form: BulkForm) -> int | None:
    return read_id(form.assignee.data or "")


def _can_be_responsible(form: BulkForm) -> bool:
    user_id = _chosen(form)
    if form.do.data != "assign" or form.assignee.data == NOBODY or (user_id is not None and is_colleague(user_id)):
        return True
    form.assignee.errors = [_("Please choose who is responsible.")]
    return False


def _incident(form: BulkForm) -> int:
    number = read_id(form.incident.data or "") or 0
    return number if incident_by_id(number) else 0


def _is_incident(form: BulkForm) -> bool:
    if form.do.data != "incident" or _incident(form):
        return True
    form.incident.errors = [_("Please choose an incident.")]
    return False
