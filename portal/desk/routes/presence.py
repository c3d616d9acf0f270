"""Colleagues at the same case, and whether something newer has arrived: asked by the open page, every few seconds."""

from flask import render_template, request

from portal.accounts.access import unattended
from portal.desk.access import case_of
from portal.desk.actions.presence import note_presence
from portal.desk.forms.case import DeskPress
from portal.desk.queries.presence import others_at
from portal.desk.routes.blueprint import bp, staff
from portal.foundation import clock


@bp.post("/questions/<number:number>/presence")
def presence(number: str) -> tuple[str, int]:
    """Say that this person is here (`writing` when they write), and print who else is; 409 for an old page."""
    unattended()
    case, form, now = case_of(number), DeskPress(), clock.now()
    if not form.validate():
        return "", form.refused_status
    note_presence(case.question.id, staff().id, is_writing=request.form.get("writing") == "yes", now=now)
    others = others_at(case.question.id, staff().id, now)
    is_newer = request.form.get("seen", case.newest) != case.newest
    return render_template("desk/_presence.html", others=others, is_newer=is_newer, number=number), 200
