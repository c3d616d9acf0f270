"""Who may open which address: the row of the endpoint decides, before any view runs (SR-01, SR-02)."""

from flask import Flask, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts.access import current_person, half_user, network
from portal.accounts.rules import Action, Person
from portal.api.access import admit
from portal.customers.access import may
from portal.foundation import clock
from portal.foundation.database import transaction
from portal.foundation.errors import PortalError
from portal.foundation.security import AUDIENCE_TABLE, Audience
from portal.foundation.web.here import request_here
from portal.journal.actions import audit

# Public pages ask nobody who they are; what guests may see, the view decides when it loads its object.
OPEN = {Audience.PUBLIC, Audience.GUEST}
NEEDED = {
    Audience.CUSTOMER: Action.USE_ACCOUNT,
    Audience.COLLEAGUE: Action.WORK_HERE,
    Audience.STAFF: Action.ANSWER,
    Audience.LEAD: Action.LEAD,
    Audience.EDITOR: Action.EDIT,
    Audience.ADMIN: Action.ADMINISTER,
}


class SignInNeeded(PortalError):
    """A form was sent by somebody who is not signed in any more; it waits on its page until they are (DR-07)."""

    status = 403
    page = "errors/again.html"

    def __init__(self) -> None:
        super().__init__(_("You are not signed in any more. Nothing was sent yet, and nothing that you typed is lost."))


def set_up_doors(app: Flask) -> None:
    """Ask the table of audiences before every view."""

    @app.before_request
    def check_audience() -> Response | None:
        endpoint = request_here().endpoint or ""
        audience = AUDIENCE_TABLE.of(app).get(endpoint)
        if audience is None or audience in OPEN:
            return None
        if audience is Audience.MACHINE:
            admit(endpoint)
            return None
        person = current_person()
        if person is None:
            return _ask_in()
        if not may(person, NEEDED[audience]):
            _note_denial(person)
            abort(404)
        return None


def _ask_in() -> Response:
    """The way to the sign-in, or to the second factor of a half one; a sent form gets a page instead."""
    if request.method not in ("GET", "HEAD"):
        raise SignInNeeded
    half = half_user()
    endpoint = "accounts.show_sign_in"
    if half is not None:
        endpoint = "accounts.second_factor" if half.has_second_factor else "accounts.set_up_factor"
    asked = request.full_path if request.query_string else request.path
    return redirect(url_for(endpoint, next=asked), 303)


def _note_denial(user: Person) -> None:
    """Somebody who is signed in asked for what is not theirs (OR-02)."""
    with transaction():
        audit(
            "access.denied",
            at=clock.now(),
            user_id=user.id,
            actor_id=user.id,
            network=network(),
            endpoint=str(request.endpoint),
        )
