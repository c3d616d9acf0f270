"""Public pages leave the house as finished bytes: rendered and compressed once, then answered from memory.

A view marks its answer by `finished_page(response, seconds)`. The next reader with the same address and encoding gets
the same bytes and never reaches Flask, until the seconds are over or the content has changed.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Response, request

from portal.foundation import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A CDN may keep a page for half a minute and go on for five more while it asks for a new one; browsers always ask.
CACHE_RULE = "public, max-age=0, s-maxage=30, stale-while-revalidate=300"
_MARK = "portal.finished_page"


def finished_page(response: Response, *, seconds: int = 60) -> Response:
    """Allow this answer to be kept: it is the same for every reader and names nobody."""
    response.headers["Cache-Control"] = CACHE_RULE
    request.environ[_MARK] = seconds
    return response


@dataclass(frozen=True, slots=True)
class _Finished:
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    edition: object
    expires: float


class FinishedPages:
    """WSGI middleware that keeps at most `limit` bytes of finished pages, the least recently read leaves first."""

    def __init__(self, app: "WSGIApplication", *, edition: Callable[[], object], limit: int = 48 * 1024 * 1024) -> None:
        self._app = app
        self._edition = edition
        self._limit = limit
        self._size = 0
        self._pages: OrderedDict[tuple[str, ...], _Finished] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        encoding = environ["HTTP_ACCEPT_ENCODING"] = _best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if environ.get("QUERY_STRING") or "HTTP_HX_REQUEST" in environ:
            return self._app(environ, start_response)
        key = (environ.get("HTTP_HOST", ""), environ["PATH_INFO"], encoding, environ["wsgi.url_scheme"])
        page = self._kept(key) or self._make(key, environ, start_response)
        return _answer(page, environ, start_response) if isinstance(page, _Finished) else page

    def _kept(self, key: tuple[str, ...]) -> _Finished | None:
        page = self._pages.get(key)
        if page is None or page.edition != self._edition() or page.expires < clock.seconds():
            return None
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
        return page

    def _make(
        self, key: tuple[str, ...], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "_Finished | Iterable[bytes]":
        edition = self._edition()
        asked = environ["REQUEST_METHOD"]
        seen: list[Any] = []
        inner = {**environ, "REQUEST_METHOD": "GET"}
        chunks = self._app(inner, lambda *given: seen.append(given) or (lambda _: None))  # type: ignore[func-returns-value]
        status, headers = seen[0][0], seen[0][1]
        if _MARK not in inner or not status.startswith("200"):
            start_response(*seen[0])
            return chunks if asked == "GET" else _closed(chunks)
        page = _finish(headers, _read(chunks), edition, inner[_MARK])
        self._keep(key, page)
        return page

    def _keep(self, key: tuple[str, ...], page: _Finished) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = page
            self._size += len(page.body) - (len(old.body) if old else 0)
            while self._size > self._limit:
                self._size -= len(self._pages.popitem(last=False)[1].body)


def _best_encoding(accepted: str) -> str:
    """One of three, so that a page is kept in three forms at most."""
    offers = {part.split(";")[0].strip() for part in accepted.split(",") if "q=0" not in part.replace("q=0.", "")}
    return next((encoding for encoding in ("br", "gzip") if encoding in offers), "identity")


def _closed(chunks: Iterable[bytes]) -> list[bytes]:
    getattr(chunks, "close", lambda: None)()
    return []


def _read(chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()


def _finish(headers: list[tuple[str, str]], body: bytes, edition: object, seconds: int) -> _Finished:
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    kept = [
        (name, value)
        for name, value in headers
        if name.lower() not in ("etag", "content-length", "x-request-id", "set-cookie")
    ]
    kept += [("ETag", etag), ("Content-Length", str(len(body)))]
    return _Finished(kept, body, etag, edition, clock.seconds() + seconds)


def _answer(page: _Finished, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH", "")
    if asked and page.etag in asked.replace("W/", ""):
        start_response(
            "304 Not Modified", [pair for pair in page.headers if pair[0] not in ("Content-Length", "Content-Type")]
        )
        return []
    start_response("200 OK", page.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]
