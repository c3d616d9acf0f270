"""What Flask's proxies stand for at this moment, for functions that a page calls dozens of times.

Each look through a proxy is three calls; a page of the desk took two hundred of them.
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request, current_app, g, request, session
from flask.sessions import SessionMixin

# Outside of what they belong to they fail as the proxies do.
app_here = cast("Callable[[], Flask]", current_app._get_current_object)  # type: ignore[attr-defined]
globals_here = cast("Callable[[], Any]", g._get_current_object)
session_here = cast("Callable[[], SessionMixin]", session._get_current_object)  # type: ignore[attr-defined]
request_here = cast("Callable[[], Request]", request._get_current_object)  # type: ignore[attr-defined]
