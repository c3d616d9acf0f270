"""What an app has one of, and what Flask's proxies stand for at this moment, for what a page calls dozens of times.

Each look through a proxy is three calls; a page of the desk took two hundred of them.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from flask import Flask, Request, current_app, g, request, session
from flask.globals import _cv_app
from flask.sessions import SessionMixin

Thing = TypeVar("Thing")

# Outside of what they belong to they fail as the proxies do.
app_here = cast("Callable[[], Flask]", current_app._get_current_object)  # type: ignore[attr-defined]
globals_here = cast("Callable[[], Any]", g._get_current_object)
session_here = cast("Callable[[], SessionMixin]", session._get_current_object)  # type: ignore[attr-defined]
request_here = cast("Callable[[], Request]", request._get_current_object)  # type: ignore[attr-defined]


class OnePerApp(Generic[Thing]):
    """A thing of which each app has one. The module that owns it names it, and nobody else spells its key.

    `COMPANY = OnePerApp[Company]("company")` stands beside the class, `COMPANY.here().zone` wherever it is needed.
    What nobody has to put in is made by `make` as soon as somebody asks for it.
    """

    def __init__(self, key: str, make: Callable[[], Thing] | None = None) -> None:
        self._key, self._make = key, make

    def put(self, app: Flask, thing: Thing) -> Thing:
        """Give the app this one, instead of the one before; the thing itself comes back."""
        app.extensions[self._key] = thing
        return thing

    def of(self, app: Flask) -> Thing:
        """The one of this app, for whoever has the app at hand; KeyError before it was put in."""
        try:
            found: Thing = app.extensions[self._key]
        except KeyError:
            found = self._made(app)
        return found

    def here(self) -> Thing:
        """The one of the app that is at work, as `of`, in a single call; RuntimeError where none is at work."""
        try:
            found: Thing = _cv_app.get().app.extensions[self._key]
        except LookupError:
            # Nobody has put one in, or no app is at work, which is said here.
            found = self._made(app_here())
        return found

    def _made(self, app: Flask) -> Thing:
        if self._make is None:
            raise KeyError(self._key)
        # Of two threads that ask at once, both get the one that came first.
        found: Thing = app.extensions.setdefault(self._key, self._make())
        return found
