"""Public pages leave the house as finished bytes: rendered and compressed once, then read from a file without a name.

A view marks its answer by `finished_page(response, seconds)`. The next reader with the same address and encoding gets
the same bytes and never reaches Flask, until the seconds are over or the content has changed. Answers to a question in
the address (`finished_answer`) lie on a smaller shelf of their own, so that many questions never push out the pages.
What a script asks for (`HX-Request`) is kept apart from what is asked for by itself: it may be a part of the page.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Response, request
from werkzeug.http import parse_accept_header

from portal.foundation import clock
from portal.foundation.web.here import OnePerApp, request_here

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A CDN may keep a page for half a minute and go on for five more while it asks for a new one; browsers always ask.
CACHE_RULE = "public, max-age=0, s-maxage=30, stale-while-revalidate=300"
ANSWER_CACHE_RULE = "public, max-age=0, s-maxage=30"
_MARK = "portal.finished_page"
# Another one whenever something has changed that public pages show.
EDITION = OnePerApp[Callable[[], object]]("edition")


def finished_page(response: Response, *, seconds: int = 60) -> Response:
    """Allow this answer to be kept: it is the same for every reader and names nobody."""
    response.headers["Cache-Control"] = CACHE_RULE
    request.environ[_MARK] = _Mark(seconds)
    return response


def finished_answer(
    response: Response, *, seconds: int = 30, each_time: Callable[[], object] | None = None
) -> Response:
    """Allow the answer to this address with its question to be kept; `each_time` runs whenever a reader gets it."""
    response.headers["Cache-Control"] = ANSWER_CACHE_RULE
    keep_answer(request.environ, seconds=seconds, each_time=each_time)
    return response


def keep_answer(
    environ: "WSGIEnvironment", *, seconds: int = 30, each_time: Callable[[], object] | None = None
) -> None:
    """Allow an answer that was made without Flask to be kept, as `finished_answer` does."""
    environ[_MARK] = _Mark(seconds, has_question=True, each_time=each_time)


def give_only_whom(environ: "WSGIEnvironment", may: "Callable[[WSGIEnvironment], bool]") -> None:
    """If this answer is kept: for every reader `may` is asked, and whoever may not have it goes on to the view."""
    if _MARK in environ:
        environ[_MARK] = replace(environ[_MARK], may=may)


def is_page_to_keep(environ: "WSGIEnvironment") -> bool:
    """Whether this answer is a page for many readers, not one to a question."""
    mark: _Mark | None = environ.get(_MARK)
    return mark is not None and not mark.has_question


def never_kept(response: Response) -> Response:
    """Take back what `finished_page` allowed: this answer was made for one person."""
    if request_here().environ.pop(_MARK, None) is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a view allows: how long, with a question in the address or without, what each reader sets off, and whom."""

    seconds: int
    has_question: bool = False
    each_time: Callable[[], object] | None = None
    may: "Callable[[WSGIEnvironment], bool] | None" = None


_Headers = tuple[tuple[str, str], ...]
# Of one answer, or made for it here.
_OWN = frozenset(("etag", "content-length", "x-request-id", "set-cookie"))


@dataclass(frozen=True, slots=True)
class _Place:
    """Bytes in a file, which lives as long as something in it may be read."""

    file: Any
    start: int
    length: int

    def read(self) -> bytes | None:
        """The bytes; None where the disk no longer gives them."""
        try:
            body = os.pread(self.file.fileno(), self.length, self.start)
        except OSError:
            return None
        return body if len(body) == self.length else None


@dataclass(frozen=True, slots=True)
class _Finished:
    headers: _Headers
    etag: str
    edition: object
    expires: float
    each_time: Callable[[], object] | None = None
    may: "Callable[[WSGIEnvironment], bool] | None" = None


# Host, path, question, encoding, scheme, and whether a script asks.
_Key = tuple[str, str, str, str, str, bool]


class _Shelf:
    """Pages whose bodies lie in one file; when either has become too much, a new one is begun with nothing in it.

    What is kept is a minute old at most and soon made again, so there is no need to know which page was read last.
    """

    def __init__(self, pages: int, size: int) -> None:
        """At most so many pages and so many bytes of file."""
        self._most, self._size = pages, size
        self._pages: dict[_Key, tuple[_Finished, _Place]] = {}
        self._file: Any = None
        self._end = 0
        self._lock = Lock()

    def get(self, key: _Key) -> tuple[_Finished, _Place] | None:
        return self._pages.get(key)

    def put(self, key: _Key, page: _Finished, body: bytes) -> None:
        with self._lock:
            if self._file is None or len(self._pages) >= self._most or self._end + len(body) > self._size:
                self._pages, self._end, self._file = {}, 0, None
            try:
                # Without a name: nobody else can open it, and it is gone with whoever reads it last.
                self._file = self._file or tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
                written = os.pwrite(self._file.fileno(), body, self._end)
            except OSError:
                # A disk that is full or takes nothing: each reader gets a page of their own until it does.
                return
            if written == len(body):
                self._pages[key] = page, _Place(self._file, self._end, written)
                self._end += written


class FinishedPages:
    """WSGI middleware that keeps at most so many finished pages, in a file of at most so many bytes, and answers."""

    def __init__(
        self, app: "WSGIApplication", *, edition: Callable[[], object], pages: int = 3500, size: int = 24 * 1024 * 1024
    ) -> None:
        self._app = app
        self._edition = edition
        self._pages = _Shelf(pages, size)
        self._answers = _Shelf(pages // 4, size // 4)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        encoding = environ["HTTP_ACCEPT_ENCODING"] = _best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        host, path, question = environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        key = (host, path, question, encoding, environ["wsgi.url_scheme"], "HTTP_HX_REQUEST" in environ)
        shelf = self._answers if question else self._pages
        found = self._kept(shelf, key, environ)
        if found is None:
            return self._make(shelf, key, environ, start_response)
        return _answer(*found, environ, start_response)

    def _kept(self, shelf: _Shelf, key: _Key, environ: "WSGIEnvironment") -> tuple[_Finished, bytes] | None:
        found = shelf.get(key)
        if found is None:
            return None
        page, place = found
        if page.edition != self._edition() or page.expires < clock.seconds():
            return None
        if page.may is not None and not page.may(environ):
            return None
        body = place.read()
        return None if body is None else (page, body)

    def _make(
        self, shelf: _Shelf, key: _Key, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        edition = self._edition()
        asked = environ["REQUEST_METHOD"]
        seen: list[Any] = []
        inner = environ if asked == "GET" else {**environ, "REQUEST_METHOD": "GET"}
        chunks = self._app(inner, lambda *given: seen.append(given) or (lambda _: None))  # type: ignore[func-returns-value]
        status, headers = seen[0][0], seen[0][1]
        mark: _Mark | None = inner.get(_MARK)
        if mark is None or mark.has_question != (shelf is self._answers) or not status.startswith("200"):
            start_response(*seen[0])
            return chunks if asked == "GET" else _closed(chunks)
        body = _read(chunks)
        page = _finish(headers, body, edition, mark)
        shelf.put((sys.intern(key[0]), *key[1:4], sys.intern(key[4]), key[5]), page, body)
        return _answer(page, body, environ, start_response)


# Browsers name what they can unpack in a hundred ways.
@lru_cache(maxsize=256)
def _best_encoding(accepted: str) -> str:
    """One of three, so that a page is kept in three forms at most; what is wanted with a weight of nothing is not."""
    wanted = {name.lower() for name, weight in parse_accept_header(accepted) if weight > 0}
    return next((encoding for encoding in ("br", "gzip") if encoding in wanted), "identity")


def _closed(chunks: Iterable[bytes]) -> list[bytes]:
    getattr(chunks, "close", lambda: None)()
    return []


def _read(chunks: Iterable[bytes]) -> bytes:
    try:
        return b"".join(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()


def _finish(headers: list[tuple[str, str]], body: bytes, edition: object, mark: _Mark) -> _Finished:
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    kept = tuple(pair for pair in headers if pair[0].lower() not in _OWN)
    return _Finished(_shared(kept), etag, edition, clock.seconds() + mark.seconds, mark.each_time, mark.may)


# Thousands of pages say the same of themselves.
@lru_cache(maxsize=32)
def _shared(headers: _Headers) -> _Headers:
    return headers


def _answer(
    page: _Finished, body: bytes, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    if page.each_time is not None:
        page.each_time()
    headers = [*page.headers, ("ETag", page.etag)]
    asked = environ.get("HTTP_IF_NONE_MATCH", "")
    if asked and page.etag in asked.replace("W/", ""):
        start_response("304 Not Modified", [pair for pair in headers if pair[0] != "Content-Type"])
        return []
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
