"""The blueprint that all routes of the desk hang on: the language of the person, and what the frame shows."""

from collections.abc import Callable, Hashable, Mapping
from functools import wraps
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request, url_for

from portal.accounts.access import FINDERS, current_person
from portal.accounts.rules import Person
from portal.desk.frame import DeskFrame, key_list
from portal.desk.queries.queues import person_and_counts
from portal.foundation.i18n import current_language, offered
from portal.foundation.rendering.printed import FRAME_NAMES, gap, printed
from portal.foundation.web.here import globals_here, request_here

# Where every case has its page.
CASES = "/desk/questions/"


def furnish(blueprint: Blueprint) -> None:
    """Make a blueprint a part of the desk: it has the desk's language and frame."""
    blueprint.before_request(_speak_their_language)
    FINDERS[blueprint.name] = person_and_counts
    blueprint.context_processor(_frame)


def staff() -> Person:
    """Who is at the desk; the table of audiences has let in nobody else."""
    user = current_person()
    if user is None or not user.is_staff:
        raise RuntimeError(f"the audience of {request.endpoint} lets strangers in")
    return user


def asked_cleanly(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that a form asks by GET: the fields that were left empty go out of the address before it answers."""

    @wraps(view)
    def answer(*args: Any, **named: Any) -> Any:
        asked = request_here()
        given = list(asked.args.items(multi=True))
        filled = [(name, value) for name, value in given if value]
        if len(filled) == len(given):
            return view(*args, **named)
        here = url_for(str(asked.endpoint), **(asked.view_args or {}))
        return redirect(f"{here}?{urlencode(filled)}" if filled else here, 303)

    return answer


def desk_page(
    template: str, shape: Mapping[str, Hashable], gaps: Mapping[str, object], *, searched: str = "", **always: Any
) -> str:
    """A whole page of the desk that looks alike for many: printed once for each shape, its frame is filled in too."""
    desk, names = DeskFrame(staff()), FRAME_NAMES.here()()
    frame, asset_url = names["frame"], names["asset_url"]
    around = {
        "lang": current_language(),
        "company_name": names["company"].name,
        "looks": frame["looks"],
        "scripts": frame["scripts"],
        "footer": frame["desk_footer"],
        "desk_css": asset_url("desk.css"),
        "desk_js": asset_url("desk.js"),
        "head": desk.head(searched),
        "aside": desk.aside(),
    }
    return str(printed(template, shape, {**around, **gaps}, **_AROUND, **always))


# What the layout asks of its objects, as gaps.
_AROUND: Mapping[str, Any] = {
    "company": {"name": gap("company_name")},
    "frame": {"looks": gap("looks"), "scripts": gap("scripts"), "desk_footer": gap("footer")},
    "asset_url": lambda name: gap(name.replace(".", "_")),
    # What each key does is the same for everybody.
    "desk": SimpleNamespace(head=lambda _searched: gap("head"), aside=lambda: gap("aside"), keys=key_list),
}


def _speak_their_language() -> None:
    """The desk has no language in its addresses: it speaks that of whoever is signed in."""
    user = current_person()
    if user is not None and user.language in offered():
        globals_here().language = user.language


def _frame() -> dict[str, Any]:
    """`desk` in every template: counts and names are read when the frame asks for them."""
    return {"desk": DeskFrame(staff())}


bp = Blueprint("desk", __name__, url_prefix="/desk")
furnish(bp)
