"""The empty form as nearly everybody opens it: printed once a minute, with a stamp and a time of its own each time."""

import secrets

from flask import Response, current_app, make_response, request

from portal.foundation import clock
from portal.foundation.i18n import current_language
from portal.questions.forms.form_times import signed_time
from portal.questions.routes.asking_pages import form_page
from portal.questions.routes.asking_sheet import secret, sheet_of

# What stands in the printed page where each reader gets something else.
_STAMP, _OPENED = "here-stands-the-stamp", "here-stands-the-time"


def blank_page() -> Response:
    """The form for somebody of whom nothing is known and who brings nothing along."""
    kept: dict[tuple[str, str], tuple[object, str]] = current_app.extensions.setdefault("blank_forms", {})
    place, state = (current_language(), request.script_root), _state()
    found = kept.get(place)
    if found is None or found[0] != state:
        found = kept[place] = (state, _printed())
    page = found[1].replace(_STAMP, secrets.token_urlsafe(24)).replace(_OPENED, signed_time(clock.now(), secret()))
    return make_response(page)


def _state() -> object:
    """What the page shows of the house: with another content, company, topic, level or minute it is printed anew."""
    house = current_app.extensions
    files = house["topics"].topics, house["levels"].levels
    return house["edition"](), *files, clock.now().replace(second=0, microsecond=0)


def _printed() -> str:
    sheet = sheet_of({})
    sheet.form.stamp.data, sheet.form.opened_at.data = _STAMP, _OPENED
    return form_page(sheet).get_data(as_text=True)
