"""Take down a declaration that came by letter, phone, mail or in person: the same act as on the public page."""

from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.forms.declarations import TakeDownForm
from portal.desk.routes.blueprint import bp, staff
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.leaving.actions.declaring import declare
from portal.leaving.forms import read_raw, read_said
from portal.leaving.queries.company import legal_zone
from portal.leaving.rules.declarations import Arrival, Channel, Kind


@bp.get("/declarations/new")
def new_declaration() -> Response:
    """An empty form."""
    return _page(TakeDownForm.empty())


@bp.post("/declarations")
def take_down() -> AnyResponse:
    """Take it with the moment of its arrival; with faults the form comes back filled."""
    require_complete()
    form = TakeDownForm()
    arrived = form.check(clock.now())
    if arrived is None:
        return _page(form, status=form.refused_status)
    said = read_said(request.form, Kind(form.kind.data))
    declared = declare(said, _arrival(form, arrived, said.kind), now=clock.now())
    return redirect(url_for(".declaration", reference=declared.declaration.reference, done="yes"), 303)


def _arrival(form: TakeDownForm, arrived: datetime, kind: Kind) -> Arrival:
    taker = staff().id
    return Arrival(
        channel=Channel(form.channel.data),
        declared_at=arrived,
        received_at=arrived,
        zone=legal_zone(),
        language=str(form.language.data),
        stamp=f"desk:{taker}:{form.stamp.data}" if form.stamp.data else "",
        raw=read_raw(request.form, kind),
        taken_by=taker,
    )


def _page(form: TakeDownForm, *, status: int = 200) -> Response:
    return make_response(render_template("desk/declaration_form.html", form=form), status)
