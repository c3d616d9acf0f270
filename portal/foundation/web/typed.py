"""What somebody has typed comes back with every page that refuses it, also where nothing on it could hold it (DR-07).

Mostly the form comes back filled in. While somebody writes, the form may go: a question is merged, a case is closed, a
sign-in ends, somebody else decides first.
"""

import re

from flask import Flask, Response, current_app, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from portal.foundation.security import clean_text
from portal.foundation.web.turns import out_of_turn

# Fields in which a single word is worth being kept; in any other field a text has several words, and a key has one.
_FIELDS = {
    *("about", "body", "call", "contact_wishes", "email", "end_reason", "explanation", "fair", "identity"),
    *("just_enough", "level_reason", "line_text", "matters_most", "name", "note", "part", "postal_address"),
    *("promise_reason", "q", "reason", "remark", "sentence", "source", "subject", "summary", "tag", "title"),
}
_SECRET = {"password", "code"}
# Behind the sentence that says what is wrong, else on top of the page.
_SUMMARY, _MAIN = re.compile(r'<div class="summary".*?</div>', re.DOTALL), re.compile(r"<main\b[^>]*>")


def set_up_typed(app: Flask) -> None:
    """Look through every page that refuses a form; after compression was set up, because what is packed has no words.

    (Flask runs what is to be done after a request in the opposite order.)
    """

    @app.after_request
    def give_back(response: Response) -> Response:
        if response.status_code >= 400 and request.method == "POST" and response.mimetype == "text/html":
            _give_back(response)
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


def _is_text(name: str, text: str) -> bool:
    return name not in _SECRET and (name in _FIELDS or len(text.split(None, 1)) > 1)


def _give_back(response: Response) -> None:
    page = response.get_data(as_text=True)
    summary, shown = _SUMMARY.search(page), _plain(page)
    place = summary or _MAIN.search(page)
    lost = [text for text in typed_texts() if _plain(str(escape(text))) not in shown]
    if place is not None and lost:
        part = current_app.jinja_env.get_template("errors/typed.html").render(typed=lost, is_below=summary is not None)
        response.set_data(page[: place.end()] + part + page[place.end() :])


def _plain(text: str) -> str:
    """Without how often something is a space."""
    return " ".join(text.split())
