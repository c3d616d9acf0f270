"""What somebody has typed comes back with every page that refuses it, also where nothing on it could hold it (DR-07).

Mostly the form comes back filled in, and the title of its page says first that there is something to check. While
somebody writes, the form may go: a question is merged, a case is closed, a sign-in ends, somebody else decides first.
"""

import re
from typing import NamedTuple
from urllib.parse import quote

from flask import Flask, Response, current_app, request
from flask_babel import gettext as _
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from portal.foundation.security import clean_text
from portal.foundation.web.turns import out_of_turn

# Fields in which a single word is worth being kept; in any other field a text has several words, and a key has one.
_FIELDS = {
    *("about", "body", "call", "contact_wishes", "email", "end_reason", "explanation", "fair", "identity"),
    *("just_enough", "level_reason", "line_text", "matters_most", "name", "note", "part", "postal_address"),
    *("promise_reason", "q", "reason", "remark", "sentence", "source", "subject", "summary", "tag", "title", "why"),
}
_SECRET = {"password", "code"}
# What belongs to one sign-in, and what every form ends with.
_OF_THE_FORM = {"token", "is_complete"}
# A page that refuses says so in a place that is read out at once; pages of errors say it in their title anyway.
_REFUSES, _TITLE = 'role="alert"', re.compile(r"<title>(.*?)</title>", re.DOTALL)
# Behind the sentence that says what is wrong, else on top of the page.
_SUMMARY, _MAIN = re.compile(r'<div class="summary".*?</div>', re.DOTALL), re.compile(r"<main\b[^>]*>")


def set_up_typed(app: Flask) -> None:
    """Look through every page that refuses a form; after compression was set up, because what is packed has no words.

    (Flask runs what is to be done after a request in the opposite order.)
    """

    @app.after_request
    def give_back(response: Response) -> Response:
        if response.status_code >= 400 and request.method == "POST" and response.mimetype == "text/html":
            response.set_data(_given_back(_named(response.get_data(as_text=True))))
        return response


def typed_texts() -> list[str]:
    """The texts of this request as they were typed, without what no keyboard makes; keys and passwords are none."""
    try:
        # A form that was refused before it had arrived is waited for now.
        with out_of_turn():
            given = [*request.args.items(multi=True), *request.form.items(multi=True)]
    except HTTPException:
        return []
    texts = [text for name, typed in given if (text := clean_text(typed).strip()) and _is_text(name, text)]
    return list(dict.fromkeys(texts))


class SentForm(NamedTuple):
    """A form as it came, to be sent again: where to, what stood in it, and whether files came with it."""

    address: str
    fields: list[tuple[str, str, bool]]
    has_files: bool


def sent_form() -> SentForm:
    """The form of this request without passwords and without what belongs to one sign-in.

    Of each field its name, its value, and whether that is a text to be read.
    """
    behind = clean_text(request.query_string.decode("latin-1"))
    address = quote(request.path) + (f"?{behind}" if behind else "")
    given = ((name, clean_text(typed)) for name, typed in request.form.items(multi=True))
    kept = [(name, typed, _is_text(name, typed)) for name, typed in given if name not in _SECRET | _OF_THE_FORM]
    return SentForm(address, kept, any(each.filename for each in request.files.values()))


def _is_text(name: str, text: str) -> bool:
    return name not in _SECRET and (name in _FIELDS or len(text.split(None, 1)) > 1)


def _named(page: str) -> str:
    """The page, with a title that says first that something is to be checked: it is what is read out first."""
    title = _TITLE.search(page) if _REFUSES in page else None
    if title is None:
        return page
    return page[: title.start(1)] + _("Please check: %(title)s", title=title[1]) + page[title.end(1) :]


def _given_back(page: str) -> str:
    summary, shown = _SUMMARY.search(page), _plain(page)
    place = summary or _MAIN.search(page)
    lost = [text for text in typed_texts() if _plain(str(escape(text))) not in shown]
    if place is None or not lost:
        return page
    part = current_app.jinja_env.get_template("errors/typed.html").render(typed=lost, is_below=summary is not None)
    return page[: place.end()] + part + page[place.end() :]


def _plain(text: str) -> str:
    """Without how often something is a space."""
    return " ".join(text.split())
