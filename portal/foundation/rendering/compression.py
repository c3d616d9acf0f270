"""Text leaves compressed, as `finished_pages.py` has agreed with the reader's browser."""

import zlib

import brotli  # type: ignore[import-untyped]
from flask import Flask, Response

from portal.foundation.rendering.finished_pages import is_page_to_keep
from portal.foundation.web.here import request_here

_KINDS = frozenset(
    (
        "text/html",
        "text/plain",
        "text/css",
        "application/json",
        "application/xml",
        "application/atom+xml",
        "image/svg+xml",
    )
)
_SHORTEST = 500
# A page that is kept is compressed once for many readers: Brotli's quality 5 would save a tenth of its bytes for four
# times the time. One that is made for one reader takes half the time and is some percent longer still: quality 1 would
# save a twentieth of that, and ask for 640 kB each time.
_BROTLI, _GZIP = {True: 3, False: 0}, {True: 6, False: 1}
# Our pages are smaller than 256 kB: a larger window would cost each thread memory.
_WINDOW = 18
_AS_GZIP = 16 + zlib.MAX_WBITS


def set_up_compression(app: Flask) -> None:
    """Compress every whole answer of text; what is streamed or packed already goes as it is."""

    @app.after_request
    def compress(response: Response) -> Response:
        headers, environ = response.headers, request_here().environ
        # Werkzeug looks through all of them for each that is asked for, and makes an error for one that is not there.
        own = {name.lower(): value for name, value in headers}
        if own.get("content-type", "").partition(";")[0].strip() not in _KINDS or response.is_streamed:
            return response
        if "vary" in own:
            response.vary.add("Accept-Encoding")
        else:
            headers.add("Vary", "Accept-Encoding")
        encoding = environ.get("HTTP_ACCEPT_ENCODING", "")
        if encoding in ("br", "gzip") and "content-encoding" not in own:
            body = packed(response.get_data(), encoding, is_kept=is_page_to_keep(environ))
            if body is not None:
                response.set_data(body)
                headers.add("Content-Encoding", encoding)
        return response


def packed(body: bytes, encoding: str, *, is_kept: bool = False) -> bytes | None:
    """The text in that encoding (br or gzip); None when it is too short to be worth it."""
    if len(body) < _SHORTEST:
        return None
    if encoding == "br":
        made: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI[is_kept], lgwin=_WINDOW)
        return made
    packer = zlib.compressobj(_GZIP[is_kept], zlib.DEFLATED, _AS_GZIP)
    return packer.compress(body) + packer.flush()
