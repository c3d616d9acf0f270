"""What anonymous readers ask most is answered here, before Flask is woken, if nothing about the request is unusual.

The answer is made by the same functions as that of the view, in the same language, and carries the same headers. Every
other request, and one whose answer cannot be made here, goes on to the application as if nothing had been there.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from flask import Flask, g

from portal.foundation.company import COMPANY
from portal.foundation.i18n import CATALOGS
from portal.foundation.limits import is_counted
from portal.foundation.rendering.compression import packed
from portal.foundation.rendering.finished_pages import give_only_whom
from portal.foundation.security import answer_number
from portal.foundation.web.environ import is_for_us
from portal.foundation.web.strict_request import URL_LIMIT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ADDRESS = re.compile(r"/([a-z]{2})(/[a-z/]{1,40})")
_QUESTION = re.compile(r"q=([!-%'-~]*)")


@dataclass(frozen=True)
class Quick:
    """One address below the language, what makes its page of the words in `q`, and who may be answered how often.

    `make` gets the words as they came and the environ; it gives None where only the view can answer. A page that takes
    no words is asked for without any question. Without a `cache_rule` nobody keeps the answer.
    """

    path: str
    endpoint: str
    make: Callable[[str, "WSGIEnvironment"], str | None]
    cache_rule: str = ""
    limit: str = ""
    takes_words: bool = True


class QuickAnswers:
    """WSGI middleware for a handful of addresses of public views."""

    def __init__(self, inner: "WSGIApplication", app: Flask, quick: Iterable[Quick]) -> None:
        self._inner, self._app = inner, app
        self._quick = {each.path: each for each in quick}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        address = _ADDRESS.fullmatch(environ["PATH_INFO"])
        quick = self._quick.get(address[2]) if address else None
        words = self._words(environ, quick) if quick else None
        if address is None or quick is None or words is None or not self._is_usual(environ, address[1], quick):
            return self._inner(environ, start_response)
        page = self._page(quick, words, address[1], environ)
        if page is None:
            return self._inner(environ, start_response)
        return self._answer(page, quick, environ, start_response)

    def _page(self, quick: Quick, words: str, language: str, environ: "WSGIEnvironment") -> str | None:
        try:
            with self._app.app_context():
                g.language = language
                page = quick.make(words, environ)
        except Exception:
            # It fails again in the view, with a page and a line in the log.
            return None
        if quick.limit:
            # What is kept is counted for each reader like what is made.
            give_only_whom(environ, lambda asked: is_counted(self._app, quick.limit, asked, quick.endpoint))
        return page

    def _words(self, environ: "WSGIEnvironment", quick: Quick) -> str | None:
        """The one value `q` of the address, "" where the page takes none; None for any other question."""
        asked = environ.get("QUERY_STRING", "")
        if not quick.takes_words:
            return None if asked else ""
        question = _QUESTION.fullmatch(asked)
        try:
            return str(unquote_to_bytes(question[1].replace("+", " ")), "utf-8") if question else None
        except UnicodeDecodeError:
            return None

    def _is_usual(self, environ: "WSGIEnvironment", language: str, quick: Quick) -> bool:
        return (
            environ["REQUEST_METHOD"] == "GET"
            and not environ.get("SCRIPT_NAME")
            and len(environ["PATH_INFO"]) + len(environ["QUERY_STRING"]) <= URL_LIMIT
            and language in COMPANY.of(self._app).languages
            # A language whose sentences nobody has read yet is read by Flask-Babel, in a request.
            and language in CATALOGS.of(self._app)
            and is_for_us(environ, self._app.config["TRUSTED_HOSTS"])
            and (not quick.limit or is_counted(self._app, quick.limit, environ, quick.endpoint))
        )

    def _answer(
        self, page: str, quick: Quick, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        body, own = page.encode(), [("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept-Encoding")]
        encoding = environ.get("HTTP_ACCEPT_ENCODING", "")
        small = packed(body, encoding) if encoding in ("br", "gzip") else None
        if small is not None:
            own.append(("Content-Encoding", encoding))
            body = small
        if quick.cache_rule:
            own.append(("Cache-Control", quick.cache_rule))
        own.append(("X-Request-Id", answer_number()))
        start_response("200 OK", [*own, ("Content-Length", str(len(body)))])
        return [body]
