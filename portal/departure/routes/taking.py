"""Download one's data: by somebody who has just shown who they are, or by the link after closing."""

from flask import Response, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import network
from portal.accounts.models import User
from portal.accounts.routes.blueprint import ended_link, proof_needed
from portal.accounts.rules import Limit
from portal.accounts.tries import TooMany, count_tries
from portal.departure.access import closed_account, own_account
from portal.departure.archive import NoRoomForArchive, archive_name, make_archive
from portal.departure.forms import LinkForm, PressForm
from portal.departure.queries import trail_of
from portal.departure.routes.blueprint import bp, link_page, page, pressed
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import transaction
from portal.foundation.forms import require_complete
from portal.journal.actions import audit

# An archive may be large; nobody needs more of them on one day.
_ARCHIVES = Limit("archive", 10, 24 * 3600)


@bp.get("/data")
def show_data() -> Response:
    """What is in the archive, the button, and the way to erasure."""
    return _data(PressForm(formdata=None))


@bp.post("/data")
def take() -> AnyResponse:
    """The archive."""
    form, user = pressed(), own_account()
    if form.errors:
        return _data(form, status=form.refused_status)
    try:
        return proof_needed(".show_data", came_from=".show_data") or _archive(user)
    except (TooMany, NoRoomForArchive) as error:
        return _data(form, status=error.status, problem=str(error))


@bp.post("/closed/data")
def take_after_closing() -> AnyResponse:
    """The archive of a closed account, by the link of the mail."""
    require_complete()
    key = LinkForm().key.data or ""
    closed = closed_account(key, now=clock.now())
    if closed is None:
        return ended_link()
    try:
        return _archive(closed.user)
    except (TooMany, NoRoomForArchive) as error:
        return link_page("done", status=error.status, heading=_("Not just now"), sentence=str(error))


def _archive(user: User) -> Response:
    now = clock.now()
    count_tries([(_ARCHIVES, str(user.id))], now=now)
    with transaction():
        audit("person.exported", at=now, user_id=user.id, actor_id=user.id, network=network())
    file = make_archive(trail_of(user, now=now))
    name = archive_name(clock.today(COMPANY.here().zone))
    response = send_file(file, mimetype="application/zip", as_attachment=True, download_name=name, etag=False)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _data(form: PressForm, *, status: int = 200, problem: str = "") -> Response:
    return page("data", status=status, form=form, user=own_account(), problem=problem, is_back="back" in request.args)
