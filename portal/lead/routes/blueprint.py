"""The blueprint that all routes of the room hang on; it stands in the frame of the desk."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import current_session
from portal.accounts.rules import is_fresh
from portal.desk.routes.blueprint import furnish, staff
from portal.foundation import clock
from portal.foundation.forms import require_pressed
from portal.lead.forms import LeadPress
from portal.questions.drafts import draft_of, save_draft

bp = Blueprint("lead", __name__, url_prefix="/desk")
furnish(bp)

_NOT_TYPED = {"token", "stamp", "is_complete"}


def pressed() -> None:
    """A button of one of our pages was pressed."""
    require_pressed(LeadPress())


def proof_needed(back_to: str = "lead.people", *, keeps: bool = False) -> Response | None:
    """Whoever changes accounts or gives tokens away has shown within ten minutes who they are (SR-07).

    From there the way goes on and back to that page. With `keeps` what was typed waits meanwhile for `typed_before`.
    """
    session = current_session()
    if session is not None and is_fresh(session.proved_at, clock.now()):
        return None
    if keeps:
        typed = {name: " ".join(given) for name, given in request.form.lists() if name not in _NOT_TYPED}
        save_draft(staff().id, back_to, typed, now=clock.now())
    back = url_for(back_to, typed="yes" if keeps else None)
    return redirect(url_for("accounts.prove", next=back, back=back), 303)


def typed_before(form: str) -> Mapping[str, str]:
    """What somebody had typed when they were asked who they are, for the visit right after; else nothing."""
    draft = draft_of(staff().id, form) if request.args.get("typed") == "yes" else None
    return draft.content if draft is not None else {}
