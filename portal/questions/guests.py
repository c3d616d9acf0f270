"""Keys that a guest's browser holds instead of a session (docs/decisions/0010)."""

from collections.abc import Sequence
from typing import TypeVar

from flask import Flask, g
from werkzeug.wrappers import Response

from portal.foundation.web.cookies import cookie_name, give_cookie
from portal.foundation.web.here import app_here, globals_here, request_here
from portal.keys.rules import Purpose, digest, looks_like_key

# What opens a question: kept by the browser that asked, mailed for one question, mailed for all of an address.
OF_A_QUESTION = (Purpose.QUESTION_ASKED, Purpose.QUESTION_MAILED)
OF_A_GUEST = (Purpose.CUSTOMER_MAILED,)
MAILED = (Purpose.QUESTION_MAILED, Purpose.CUSTOMER_MAILED)

Answer = TypeVar("Answer", bound=Response)
_COOKIE = "guest"
_LIMIT = 10
_SECONDS = 90 * 24 * 60 * 60


def guest_keys() -> tuple[str, ...]:
    """The plain keys that this browser holds, valid or not, the newest first; at most ten."""
    return keys_in(request_here().cookies.get(guest_cookie(app_here()), ""))


def keys_in(written: str) -> tuple[str, ...]:
    """The keys of a cookie, each once."""
    # Longer than ten keys it was not made here.
    return tuple(dict.fromkeys(key for key in written[: _LIMIT * 44].split(".") if looks_like_key(key)))


def guest_digests() -> list[str]:
    """The digests of these keys; in a view of the portal those of whoever is looked at."""
    shown: list[str] | None = globals_here().get("shown_digests")
    return [digest(each) for each in guest_keys()] if shown is None else shown


def show_digests(digests: Sequence[str]) -> None:
    """Let this request see what these keys open, whatever its browser carries."""
    g.shown_digests = list(digests)


def keep_key(response: Answer, plain: str) -> Answer:
    """Give this browser one more key; an eleventh pushes out the oldest, whose mail still opens the question."""
    keys = tuple(dict.fromkeys((plain, *guest_keys())))[:_LIMIT]
    return give_cookie(response, guest_cookie(app_here()), ".".join(keys), seconds=_SECONDS)


def guest_cookie(app: Flask) -> str:
    """What the cookie is called."""
    return cookie_name(app, _COOKIE)
