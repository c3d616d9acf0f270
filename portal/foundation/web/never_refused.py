"""Views that take what people declare by law: no origin, no usual limit of size and no number of fields refuses it.

A forged request is worth no more there than one without a name, because nobody is asked who they are (SR-08, SR-50).
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

# Eight times the usual request: nobody types that much, and a machine that sends it costs us little.
DECLARATION_LIMIT = 2 * 1024 * 1024
DECLARATION_FIELDS = 1000

View = TypeVar("View", bound=Callable[..., object])


def never_refused(view: View) -> View:
    """Let requests of this view come from anywhere and be large; put it right under the route."""
    view.is_never_refused = True  # type: ignore[attr-defined]
    return view


def is_never_refused(app: Flask, endpoint: str | None) -> bool:
    """Whether the view of that endpoint takes declarations; decided before anything of the body is read."""
    return endpoint is not None and getattr(app.view_functions.get(endpoint), "is_never_refused", False)
