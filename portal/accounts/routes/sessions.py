"""Where somebody is signed in, each to be ended alone or all others at once."""

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_session, network
from portal.accounts.actions.changing import end_other_sessions
from portal.accounts.forms import PressForm
from portal.accounts.queries import running_sessions
from portal.accounts.routes.blueprint import bp, page, signed_in, went_to
from portal.accounts.rules import browser_name
from portal.accounts.sessions import end_session
from portal.foundation import clock
from portal.foundation.database import transaction
from portal.foundation.forms import require_complete
from portal.foundation.security import read_id
from portal.journal.actions import audit


@bp.get("/sessions")
def show_sessions() -> Response:
    """The list, this browser first."""
    return _list(PressForm(formdata=None))


@bp.post("/sessions/end")
def end_one() -> AnyResponse:
    """End one of one's own; another person's number ends nothing."""
    require_complete()
    form, user, now = PressForm(), signed_in(), clock.now()
    if not form.validate():
        return _list(form, status=form.refused_status)
    chosen = read_id(str(form.session.data or ""))
    if chosen is not None:
        with transaction():
            if end_session(chosen, user_id=user.id, now=now):
                audit("session.ended", at=now, user_id=user.id, actor_id=user.id, network=network())
    return went_to(".show_sessions", said="ended")


@bp.post("/sessions/end-others")
def end_others() -> AnyResponse:
    """End every one but this."""
    require_complete()
    form = PressForm()
    if not form.validate():
        return _list(form, status=form.refused_status)
    end_other_sessions(signed_in(), now=clock.now())
    return went_to(".show_sessions", said="ended")


def _list(form: PressForm, *, status: int = 200) -> Response:
    here = current_session()
    rows = sorted(running_sessions(signed_in(), clock.now()), key=lambda row: row is not here)
    browsers = {row.id: browser_name(row.browser) for row in rows}
    shown: dict[str, Any] = {
        "sessions": rows,
        "here": here,
        "browsers": browsers,
        "is_ended": request.args.get("said") == "ended",
    }
    return page("sessions", status=status, form=form, **shown)
