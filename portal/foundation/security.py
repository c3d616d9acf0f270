"""What every answer carries and what every request must satisfy (specs: SR-12, SR-13, SR-20, SR-21, SR-26)."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from random import getrandbits
from typing import TYPE_CHECKING, Any
from unicodedata import category
from urllib.parse import urlsplit

from flask import Flask, Response, abort
from werkzeug.routing import IntegerConverter

from portal.foundation.config import CONFIG
from portal.foundation.web.here import OnePerApp, globals_here, request_here
from portal.foundation.web.never_refused import is_never_refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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
    COLLEAGUE = "colleague"  # everybody who works for the company
    STAFF = "staff"  # who answers: agents, leads, administrators
    LEAD = "lead"
    EDITOR = "editor"
    ADMIN = "admin"
    MACHINE = "machine"  # a program with a token (portal/api); no session opens it


# By endpoint (`portal/audiences.py`).
AUDIENCE_TABLE = OnePerApp[Mapping[str, Audience]]("audiences")


class NumberConverter(IntegerConverter):
    """A number in an address: ASCII digits, and no more of them than any number of ours has."""

    regex = "[0-9]{1,10}"


def set_up_security(app: Flask, audiences: Mapping[str, Audience]) -> None:
    """Check requests before anything else, give every answer its number, and demand a row for every endpoint."""
    app.url_map.converters["int"] = NumberConverter
    AUDIENCE_TABLE.put(app, audiences)

    @app.before_request
    def check_request() -> None:
        globals_here().request_id = answer_number()
        asked: Any = request_here()
        asked.host  # noqa: B018  (raises 400 for a host that is not trusted)
        if asked.method not in ("GET", "HEAD", "OPTIONS") and not is_never_refused(app, asked.endpoint):
            refuse_foreign_origin()  # before twenty megabytes are read
        asked.check()

    @app.after_request
    def add_number(response: Response) -> Response:
        response.headers.add("X-Request-Id", globals_here().get("request_id", "-"))
        return response


def answer_number() -> str:
    """What an answer is called in the log. Nobody has to be unable to guess it: the system is not asked for chance."""
    return f"{getrandbits(48):012x}"


class SecurityHeaders:
    """WSGI middleware: what leaves the house carries these headers, files and kept pages too; its own ones stand.

    Whatever does not say how long it may be kept is not kept.
    """

    def __init__(self, app: "WSGIApplication", *, sends_hsts: bool) -> None:
        always = HEADERS | {"Cache-Control": "no-store"}
        if sends_hsts:
            always["Strict-Transport-Security"] = TRANSPORT_SECURITY
        self._app, self._always = app, [(name.lower(), (name, value)) for name, value in always.items()]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            own = {name.lower() for name, _ in headers}
            missing = [header for name, header in self._always if name not in own]
            return start_response(status, headers + missing, *rest)

        return self._app(environ, started)


def require_audiences(app: Flask) -> None:
    """Stop the start when an endpoint stands in no row of the table of audiences, or a row has no endpoint."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    rows = set(AUDIENCE_TABLE.of(app))
    if endpoints != rows:
        raise RuntimeError(
            f"portal/audiences.py: without a row {sorted(endpoints - rows)}, "
            f"without an endpoint {sorted(rows - endpoints)}"
        )


def refuse_foreign_origin() -> None:
    """Public forms carry no token, because readers have no cookie: the browser's own word on the origin decides."""
    request = request_here()
    site, origin = request.environ.get("HTTP_SEC_FETCH_SITE"), request.environ.get("HTTP_ORIGIN")
    if site not in (None, "same-origin", "none"):
        abort(403)
    # Our own pages behind a mailed link give no referrer, so that their forms come from "null": only browsers that also
    # name the site are believed then.
    if origin == "null" and site is not None:
        return
    if origin and not is_own_origin(origin, host=request.host, address=CONFIG.here().url):
        abort(403)


def is_own_origin(origin: str, *, host: str, address: str) -> bool:
    """Whether a form came from the host that was asked; from the public address (PORTAL_URL) of https by https only.

    What the request itself says of its scheme is not asked: a proxy in front may not pass it on. Other names of the
    portal, as a machine of its own has them, may be asked by http.
    """
    try:
        came, own = urlsplit(origin), urlsplit(address)
    except ValueError:
        return False
    is_plain = own.scheme == "https" and came.hostname == own.hostname and came.scheme != "https"
    return came.netloc == host and not is_plain


_TARGET_LIMIT = 2000


def safe_next(target: str, default: str) -> str:
    """A path of this site that somebody wanted to go to, else the default: the only judge of such targets (SR-11)."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    if not is_path or len(target) > _TARGET_LIMIT or "\\" in target or clean_text(target) != target or "\n" in target:
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc or "\t" in target else target


# Kinds of characters that leave no mark on paper, and the few letters and symbols that look like a gap. Characters that
# this Python does not know yet (Cn) may be seen: among them are the emoji of tomorrow.
_UNSEEN = {"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"}
_GAPS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Overrides and isolates turn the rest of a line round, so that one thing reads like another.
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def typed_text(text: str, *, is_line: bool = False) -> str:
    """What somebody typed into a field, cleaned and without spaces around it; "" where nothing of it can be seen.

    A line (a name, a subject) also loses the marks that turn the direction of writing. Joined emoji stay joined.
    """
    if text.isascii() and text.isprintable():
        return text.strip()  # nothing else can be in it
    cleaned = clean_text(text)
    cleaned = (cleaned.translate(_TURNS) if is_line else cleaned).strip()
    return cleaned if any(_is_seen(char) for char in cleaned) else ""


def _is_seen(char: str) -> bool:
    return category(char) not in _UNSEEN and char not in _GAPS


_UNTYPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def read_id(written: str) -> int | None:
    """The number of a row as an address or a form has it; None for anything else."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def clean_text(text: str) -> str:
    """Typed text without what no keyboard makes: NUL, other controls, lone surrogates; line ends become `\\n`."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNTYPABLE.sub("", unified)
