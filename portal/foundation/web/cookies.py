"""Cookies of this host alone: HttpOnly, SameSite=Lax, and Secure where the portal is reached by https."""

from typing import TypeVar

from flask import Flask
from werkzeug.http import dump_cookie
from werkzeug.wrappers import Response

from portal.foundation.config import CONFIG

_HOST = "__Host-"
_Answer = TypeVar("_Answer", bound=Response)


def cookie_name(app: Flask, name: str) -> str:
    """`__Host-` and the name where the portal is reached by https, the name alone on a developer's machine."""
    return f"{_HOST}{name}" if CONFIG.of(app).url.startswith("https://") else name


def give_cookie(response: _Answer, name: str, value: str, *, seconds: int | None = None) -> _Answer:
    """Let the browser keep a value for so long, or until it is closed; `name` as `cookie_name` writes it."""
    is_safe = name.startswith(_HOST)
    # How long is said in seconds alone: every browser of today counts these, and a date would have to be spelled out.
    written = dump_cookie(
        name, value, max_age=seconds, secure=is_safe, httponly=True, samesite="Lax", path="/", sync_expires=False
    )
    response.headers.add("Set-Cookie", written)
    return response


def take_cookie(response: _Answer, name: str) -> _Answer:
    """Let the browser forget it now."""
    return give_cookie(response, name, "", seconds=0)
