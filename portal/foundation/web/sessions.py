"""What a browser keeps of somebody who is signed in: one random key, and nothing else (SR-05, SR-06)."""

import hmac
from functools import lru_cache
from typing import Any

from flask import Flask, Request, has_request_context
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.wrappers import Response

from portal.foundation.web.cookies import cookie_name, give_cookie, take_cookie
from portal.foundation.web.here import app_here, globals_here, session_here

# The names that Flask-Login writes; only the first leaves the process.
_KEY = "_user_id"
_COOKIE = "session"
_KNOWN = {_KEY, "_fresh", "_id", "_remember"}


class KeySession(dict[str, Any], SessionMixin):
    """Flask's session of one request: it holds the key of the browser's cookie and forgets the rest."""

    def __init__(self, key: str | None) -> None:
        super().__init__({_KEY: key} if key else {})
        self.came_with = key


class KeySessions(SessionInterface):
    """Keeps the key in a cookie of its own; everything else about a session is a row in the database."""

    def open_session(self, app: Flask, request: Request) -> KeySession:
        """The key as the browser sent it, not yet looked up."""
        return KeySession(request.cookies.get(session_cookie(app)) or None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set or take away the cookie when the key has changed; anything else in the session is a mistake of ours."""
        unknown = set(session) - _KNOWN
        if unknown:
            raise RuntimeError(f"Flask's session keeps nothing here, not even {sorted(unknown)}")
        key = session.get(_KEY)
        if key == getattr(session, "came_with", None):
            return
        if key:
            give_cookie(response, session_cookie(app), key)
        else:
            take_cookie(response, session_cookie(app))


def set_up_sessions(app: Flask) -> None:
    """Replace Flask's signed cookie, which could not be ended by the server."""
    app.session_interface = KeySessions()


def session_cookie(app: Flask) -> str:
    """What the cookie is called."""
    return cookie_name(app, _COOKIE)


def session_key() -> str:
    """The key that this browser carries, valid or not; empty when it carries none."""
    return str(session_here().get(_KEY) or "") if has_request_context() else ""


def form_token() -> str:
    """What forms of this browser's session must carry (SR-13); empty without a session, and outside of a request.

    Made once in a request: whoever changes its key forgets it (`forget_token`).
    """
    try:
        found: str = globals_here().form_token
    except (AttributeError, RuntimeError):
        found, key = "", session_key()
        if key:
            found = globals_here().form_token = _token_of(key, app_here().config["SECRET_KEY"])
    return found


def forget_token() -> None:
    """The key of this request's browser has changed, and its token with it."""
    globals_here().pop("form_token", None)


# A page of the desk has two dozen forms, and whoever works there sees hundreds of pages.
@lru_cache(maxsize=1024)
def _token_of(key: str, secret: str) -> str:
    return hmac.digest(secret.encode(), b"form:" + key.encode(), "sha256").hex()


def is_form_token(token: str) -> bool:
    """Whether a form belongs to this browser's session; every form does when the browser carries none."""
    expected = form_token()
    return not expected or hmac.compare_digest(expected.encode(), token.encode("utf-8", "replace"))
