"""Errors as friendly pages in the reader's language, as JSON where it was asked, as problems for programs."""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, request
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from portal.foundation.company import COMPANY
from portal.foundation.errors import PortalError
from portal.foundation.i18n import current_language
from portal.foundation.rendering.assets import ASSETS
from portal.foundation.web.problems import is_for_programs, problem, usual_sentence
from portal.foundation.web.typed import sent_form, typed_texts

log = logging.getLogger(__name__)

# What is over in a moment, so that the same address is the best way on; and where the reader was looking for something.
_PASSING, _LOST = {429, 500, 503}, {404, 405, 410, 414}
# A word in an address; what stands beside a digit is a number or a key.
_WORD = re.compile(r"\b[^\W\d_]{2,20}\b")


class Wording(NamedTuple):
    """What an error page says."""

    heading: str
    explanation: str


def set_up_error_pages(app: Flask) -> None:
    """Answer every failure with words, a request number and a way on."""
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(PortalError, answer_known)
    for unreachable in (OperationalError, InterfaceError, TimeoutError):
        app.register_error_handler(unreachable, answer_database)
    app.register_error_handler(Exception, answer_unknown)


def answer_http(error: HTTPException) -> Response:
    """Any status that Flask or a view raised."""
    if error.response is not None and (error.code or 500) < 400:
        return make_response(error.get_response())
    if error.code == 405 and request.method in ("GET", "HEAD") and (page := _page_of_form()):
        return redirect(page, 303)  # type: ignore[return-value]
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _answer(error.code or 500, headers)


def answer_known(error: PortalError) -> Response:
    """A failure with a name; its sentence is for the person."""
    if is_for_programs():
        return problem(error.status, str(error), error.headers, error.more)
    return _answer(error.status, dict(error.headers), explanation=str(error), page=error.page)


def answer_database(error: SQLAlchemyError) -> Response:
    """The database does not answer: the person may try again soon."""
    log.error("database does not answer: %s", type(getattr(error, "orig", error)).__name__)
    return _answer(ServiceUnavailable.code, {"Retry-After": "10"})


def answer_unknown(_error: Exception) -> Response:
    """A fault of ours: logged with the request number, told without internals."""
    log.exception("request %s failed", g.get("request_id", "-"))
    return _answer(InternalServerError.code, {})


def _page_of_form() -> str:
    """The page of the form that is sent to this address, the nearest above it in the same room; "" for none.

    A phone that opens its pages again asks for the one on which a form came back as if that were a page of its own.
    """
    urls, path = current_app.create_url_adapter(request), request.path
    if urls is None or is_for_programs():
        return ""
    with suppress(HTTPException):
        room = _room(urls.match(path, method="POST"))
        while path := path.rpartition("/")[0]:
            with suppress(HTTPException):
                if _room(urls.match(path, method="GET")) == room:
                    return quote(path)
    return ""


def _room(found: tuple[Any, Mapping[str, Any]]) -> str:
    return str(found[0]).partition(".")[0]


def wording(status: int) -> Wording:
    """The words for a status, in the reader's language."""
    words = {
        400: Wording(
            _("This request did not arrive completely"),
            _("Part of it was missing or could not be read. Please go back and send it again."),
        ),
        403: Wording(
            _("This request was not accepted"),
            _("It did not come from a page of this site. Please open the page again and send it from there."),
        ),
        404: Wording(
            _("This page does not exist"),
            _("The address may have a typing error, or the page has moved. The search finds it by a few words."),
        ),
        405: Wording(
            _("This address works differently"),
            _("It can be read or sent to, but not in this way. Please start from the help page."),
        ),
        409: Wording(_("Something has changed meanwhile"), _("Please open the page again and send it from there.")),
        413: Wording(
            _("This is too large"),
            _(
                "What you sent is larger than this page can take, so nothing was stored. Please go back, "
                "shorten the text or leave out a file, and send it again."
            ),
        ),
        414: Wording(_("This address is too long"), _("Please use a shorter search or start from the help page.")),
        429: Wording(
            _("That was a little too fast"),
            _("There were too many requests from your connection. Please wait a minute and try again."),
        ),
        500: Wording(
            _("Something went wrong on our side"),
            _("It is not your fault and has been recorded. Please try again in a moment."),
        ),
        503: Wording(
            _("We will be back in a moment"), _("The page cannot be shown just now. Please try again in a minute.")
        ),
    }
    return words.get(status) or words[400 if status < 500 else 500]


def _answer(
    status: int, headers: dict[str, str], *, explanation: str | None = None, page: str = PortalError.page
) -> Response:
    if is_for_programs():
        return problem(status, usual_sentence(status), headers, {})
    words = wording(status)
    if _wants_json():
        response = jsonify(status=status, error=words.heading, request_id=g.get("request_id", "-"))
    else:
        response = make_response(_page(page, status, words, explanation or words.explanation))
    response.status_code = status
    response.headers.update({"Cache-Control": "no-store", **headers})
    return response


def _page(page: str, status: int, words: Wording, explanation: str) -> str:
    # Nothing of the frame that other pages have: whatever failed there must not fail here again.
    context = {
        "status": status,
        "heading": words.heading,
        "explanation": explanation,
        "request_id": g.get("request_id", "-"),
        "can_retry": status in _PASSING and request.method == "GET",
        "is_lost": status in _LOST,
        # The link of a mail has a page of its own, so that no key comes here.
        "words": _words_of_address() if status == 404 and page == PortalError.page else "",
        "typed": typed_texts(),
        "sent": sent_form,
        "lang": current_language(),
        "name": COMPANY.here().name,
        "asset_url": ASSETS.here().url,
    }
    try:
        return current_app.jinja_env.get_template(page).render(**context)
    except Exception:
        log.exception("the error page itself failed")
        return current_app.jinja_env.get_template("errors/bare.html").render(**context)


def _words_of_address() -> str:
    """What an address was about, to be searched for: `/hc/4711-rechnung-zu-hoch.html` has `rechnung zu hoch`."""
    last = request.path.rstrip("/").rpartition("/")[2]
    return " ".join(_WORD.findall(re.sub(r"\.\w{2,5}$", "", last)))[:60]


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
