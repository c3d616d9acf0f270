"""The blueprint that all routes of the desk hang on: the language of the person, and what the frame shows."""

from typing import Any

from flask import Blueprint, Response, g, request

from portal.accounts.access import current_person
from portal.accounts.rules import Person
from portal.desk.frame import DeskFrame
from portal.foundation.i18n import offered


def furnish(blueprint: Blueprint) -> None:
    """Make a blueprint a part of the desk: it has the desk's language, frame and headers."""
    blueprint.before_request(_speak_their_language)
    blueprint.context_processor(_frame)
    blueprint.after_request(_keep_nothing)


def staff() -> Person:
    """Who is at the desk; the table of audiences has let in nobody else."""
    user = current_person()
    if user is None or not user.is_staff:
        raise RuntimeError(f"the audience of {request.endpoint} lets strangers in")
    return user


def _speak_their_language() -> None:
    """The desk has no language in its addresses: it speaks that of whoever is signed in."""
    user = current_person()
    if user is not None and user.language in offered():
        g.language = user.language


def _frame() -> dict[str, Any]:
    """`desk` in every template: counts and names are read when the frame asks for them."""
    return {"desk": DeskFrame(staff())}


def _keep_nothing(response: Response) -> Response:
    """Nothing of the desk is kept by a browser, except that counts are compared."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


bp = Blueprint("desk", __name__, url_prefix="/desk")
furnish(bp)
