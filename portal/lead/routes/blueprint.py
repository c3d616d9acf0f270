"""The blueprint that all routes of the room hang on; it stands in the frame of the desk."""

from typing import TypeVar

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import current_session
from portal.accounts.rules import is_fresh
from portal.desk.routes.blueprint import furnish
from portal.foundation import clock
from portal.foundation.forms import PersonForm, require_complete
from portal.foundation.security import read_id
from portal.lead.forms import LeadPress

bp = Blueprint("lead", __name__, url_prefix="/desk")
furnish(bp)

F = TypeVar("F", bound=PersonForm)


def pressed() -> None:
    """A button of one of our pages was pressed; 400 for a form that was cut off or belongs to another sign-in."""
    require_complete()
    if not LeadPress().validate():
        abort(400)


def proof_needed(back_to: str = "lead.people") -> Response | None:
    """Whoever changes accounts or gives tokens away has shown within ten minutes who they are (SR-07)."""
    session = current_session()
    if session is not None and is_fresh(session.proved_at, clock.now()):
        return None
    return redirect(url_for("accounts.prove", next=url_for(back_to)), 303)


def number_from(name: str) -> int | None:
    """A number of the address; None for anything else."""
    return read_id(request.args.get(name, ""))
