"""What every answer carries and what every request must satisfy (specs: SR-12, SR-13, SR-20, SR-21, SR-26)."""

import secrets
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, request
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import IntegerConverter

REQUEST_LIMIT = 256 * 1024
URL_LIMIT = 4096
FIELD_LIMIT = 100

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"


class Audience(StrEnum):
    """Who may open an endpoint at all; further rights are decided when its object is loaded."""

    PUBLIC = "public"
    GUEST = "guest"  # a customer who is signed in, or the holder of a mailed key
    CUSTOMER = "customer"
    STAFF = "staff"
    LEAD = "lead"
    EDITOR = "editor"
    ADMIN = "admin"


class StrictRequest(Request):
    """A request whose body is complete or refused: a cut connection must not store half a form."""

    max_content_length = REQUEST_LIMIT
    max_form_parts = FIELD_LIMIT
    max_form_memory_size = REQUEST_LIMIT

    def check(self) -> None:
        """Refuse bodies shorter than announced, too many fields, too long addresses, and impossible characters."""
        if len(self.environ.get("PATH_INFO", "")) + len(self.query_string) > URL_LIMIT:
            abort(414)
        if self.method in ("POST", "PUT", "PATCH"):
            self._require_whole_body()
            if sum(1 for _ in self.form.items(multi=True)) > FIELD_LIMIT:
                abort(413)

    def _require_whole_body(self) -> None:
        """Refuse a body that was cut, or whose chunks cannot be read; one without a length ends before the limit."""
        try:
            length = len(self.get_data(cache=True))
        except HTTPException:
            raise
        except Exception as error:  # each server has its own for a chunk that is none
            raise BadRequest("incomplete") from error
        if self.content_length is None and length >= REQUEST_LIMIT:
            abort(413)  # what lies behind the limit was never read
        if length < (self.content_length or 0):
            raise BadRequest("incomplete")


class NumberConverter(IntegerConverter):
    """A number in an address: ASCII digits, and no more of them than any number of ours has."""

    regex = "[0-9]{1,10}"


def set_up_security(app: Flask, audiences: Mapping[str, Audience], *, sends_hsts: bool) -> None:
    """Check requests before anything else, put the headers on every answer, and demand a row for every endpoint."""
    app.request_class = StrictRequest
    app.url_map.converters["int"] = NumberConverter
    app.extensions["audiences"] = audiences

    headers = security_headers(sends_hsts=sends_hsts)

    @app.before_request
    def check_request() -> None:
        g.request_id = secrets.token_hex(6)
        request.host  # noqa: B018  (raises 400 for a host that is not trusted)
        request.check()  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            refuse_foreign_origin()

    @app.after_request
    def add_headers(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        for name, value in headers.items():
            if name.lower() not in present:
                response.headers.add(name, value)
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def security_headers(*, sends_hsts: bool) -> dict[str, str]:
    """What every answer carries, files included."""
    return HEADERS | ({"Strict-Transport-Security": TRANSPORT_SECURITY} if sends_hsts else {})


def require_audiences(app: Flask) -> None:
    """Stop the start when an endpoint stands in no row of the table of audiences, or a row has no endpoint."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    rows = set(app.extensions["audiences"])
    if endpoints != rows:
        raise RuntimeError(
            f"portal/audiences.py: without a row {sorted(endpoints - rows)}, "
            f"without an endpoint {sorted(rows - endpoints)}"
        )


def refuse_foreign_origin() -> None:
    """Public forms carry no token, because readers have no cookie: the browser's own word on the origin decides."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin and origin != "null" and _host_of(origin) != request.host:
        abort(403)


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def clean_text(text: str) -> str:
    """Typed text without what no keyboard makes: NUL, other controls, lone surrogates; line ends become `\\n`."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char
        for char in unified
        if char in "\n\t" or not (ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000)
    )
