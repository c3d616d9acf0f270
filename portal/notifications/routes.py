"""The page behind "not me": whoever got a mail that somebody else caused ends such mails (SR-41)."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.foundation.rendering.pages import describe_page
from portal.keys.access import LinkOver
from portal.keys.models import Key
from portal.keys.queries import valid_key
from portal.keys.rules import Purpose
from portal.notifications.actions import refuse_mails
from portal.notifications.addresses import masked
from portal.notifications.queries import is_refused

bp = Blueprint("notifications", __name__, url_prefix="/<language:language>")


@bp.get("/not-me")
@limiter.limit("60/minute")
def show_not_me() -> Response:
    """Say what the button does; opening the page changes nothing, because machines open links too."""
    plain = request.args.get("key", "")
    if not plain:
        return _page("explained")
    key = _key(plain)
    return _page("ended" if is_refused(key.address) else "asked", key=plain, address=masked(key.address))


@bp.post("/not-me")
@limiter.limit("20/minute")
def refuse() -> AnyResponse:
    """Write the address down and tell the desk."""
    require_complete()
    key = _key(request.form.get("key", ""))
    refuse_mails(key, now=clock.now())
    return redirect(url_for(".show_refused"), 303)


@bp.get("/not-me/done")
def show_refused() -> Response:
    """What happens now; without the key, which leaves the address bar."""
    return _page("done")


def _key(plain: str) -> Key:
    found = valid_key(plain, Purpose.NOT_ME, now=clock.now())
    if found is None:
        raise LinkOver
    return found


def _page(step: str, **values: str) -> Response:
    describe_page(alternates={})
    response = make_response(render_template("notifications/not_me.html", step=step, **values))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
