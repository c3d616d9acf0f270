"""The empty form as nearly everybody opens it: printed once a minute, with a stamp and a time of its own each time."""

from typing import TYPE_CHECKING

from flask import Response, current_app, make_response, request

from portal.foundation import clock
from portal.foundation.i18n import current_language
from portal.foundation.rendering.finished_pages import EDITION
from portal.foundation.rendering.quick_answers import Quick
from portal.foundation.web.environ import cookies_of
from portal.foundation.web.here import OnePerApp
from portal.foundation.web.sessions import session_cookie
from portal.keys.rules import new_stamp
from portal.questions.forms.form_times import signed_time
from portal.questions.routes.asking_pages import form_page
from portal.questions.routes.asking_sheet import secret, sheet_of
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.levels_file import LEVELS_FILE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# What stands in the printed page where each reader gets something else.
_STAMP, _OPENED = "here-stands-the-stamp", "here-stands-the-time"
# By language and the path before ours: what the page showed of the house, and the page.
_BLANK_FORMS = OnePerApp[dict[tuple[str, str], tuple[object, str]]]("blank_forms", dict)


def blank_page() -> Response:
    """The form for somebody of whom nothing is known and who brings nothing along."""
    place, state = (current_language(), request.script_root), _state()
    page = _kept_page(place, state)
    if page is None:
        page = _printed()
        _BLANK_FORMS.here()[place] = state, page
    return make_response(_filled(page))


def quick_blank_page(_words: str, environ: "WSGIEnvironment") -> str | None:
    """The empty form without Flask; None for a browser with a session, and until the page of this minute is printed."""
    if session_cookie(current_app) in cookies_of(environ):
        return None
    page = _kept_page((current_language(), ""), _state())
    return _filled(page) if page is not None else None


QUICK = (Quick("/questions/new", "questions.new", quick_blank_page, takes_words=False),)


def _kept_page(place: tuple[str, str], state: object) -> str | None:
    found = _BLANK_FORMS.here().get(place)
    return found[1] if found is not None and found[0] == state else None


def _filled(page: str) -> str:
    return page.replace(_STAMP, new_stamp()).replace(_OPENED, signed_time(clock.now(), secret()))


def _state() -> object:
    """What the page shows of the house: with another content, company, topic, level or minute it is printed anew."""
    files = TOPICS_FILE.here().topics, LEVELS_FILE.here().levels
    return EDITION.here()(), *files, clock.now().replace(second=0, microsecond=0)


def _printed() -> str:
    sheet = sheet_of({})
    sheet.form.stamp.data, sheet.form.opened_at.data = _STAMP, _OPENED
    return form_page(sheet).get_data(as_text=True)
