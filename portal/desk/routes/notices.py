"""Notices of the desk."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.forms import PressForm
from portal.desk.actions.seen import mark_seen
from portal.desk.queries.notices import LIST_SIZE, notices_for, subjects_of
from portal.desk.queries.waiting import coming_reminders
from portal.desk.routes.blueprint import bp, staff
from portal.desk.words import desk_moment, notice_word
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.rendering.paging import asked_place, ways
from portal.foundation.security import read_id
from portal.notifications.models import StaffNotice


@dataclass(frozen=True)
class NoticeLine:
    """One notice in words.

    `url` leads to what it is about, `number` names it, `subject` has the customer's words, `remark` one's own.
    """

    id: int
    kind: str
    said: str
    subject: str
    remark: str
    number: str
    url: str
    when: str
    at: str


@bp.get("/notices")
def notices() -> Response:
    """What is new, or with `seen` what somebody has marked as seen."""
    shows_seen, now = request.args.get("seen") == "yes", clock.now()
    page = notices_for(staff(), asked_place(), seen=shows_seen)
    subjects = subjects_of(page.rows)
    values: dict[str, Any] = {
        "lines": [_line(row, subjects.get(row.id, "")) for row in page.rows],
        "shows_seen": shows_seen,
        "up_to": page.rows[0].id if page.rows else 0,
        "reminders": () if shows_seen else coming_reminders(staff().id, LIST_SIZE),
        "moment": partial(desk_moment, now=now),
        "press": PressForm(formdata=None),
        "ways": ways(page, partial(url_for, ".notices", seen="yes" if shows_seen else None)),
    }
    return make_response(render_template("desk/notices.html", **values))


@bp.post("/notices")
def see() -> AnyResponse:
    """Mark one notice as seen, or all that the page showed."""
    require_complete()
    only, up_to = (read_id(request.form.get(name, "")) for name in ("only", "up_to"))
    # With an old token nothing happens but the list anew, whose buttons carry the right one.
    if PressForm().validate():
        mark_seen(staff(), now=clock.now(), only=only, up_to=up_to)
    return redirect(url_for(".notices"), 303)


def _line(row: StaffNotice, subject: str) -> NoticeLine:
    number = str(row.payload.get("number", "") or row.payload.get("title", ""))
    said = notice_word(row.kind)
    when = desk_moment(row.created_at, clock.now())
    number = _("Mail") if row.subject_type == "incoming_mail" else number
    at = row.created_at.isoformat(timespec="seconds")
    remark = str(row.payload.get("remark", "")) if row.kind == "question.reminder" else ""
    return NoticeLine(row.id, row.kind, said, subject, remark, number, _url(row), when, at)


def _url(row: StaffNotice) -> str:
    told = row.payload
    if row.subject_type == "incoming_mail":
        return f"/desk/incoming/{row.subject_id}"
    if row.subject_type == "article":
        return f"/desk/articles/flags/{told['flag']}"
    if told.get("number"):
        return f"/desk/questions/{told['number']}"
    is_declaration = row.subject_type == "declaration" and bool(told.get("reference"))
    return f"/desk/declarations/{told['reference']}" if is_declaration else ""
