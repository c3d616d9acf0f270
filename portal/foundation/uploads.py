"""Which views take files: their requests may be larger (specs: SR-20)."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

UPLOAD_LIMIT = 25 * 1024 * 1024 + 256 * 1024

View = TypeVar("View", bound=Callable[..., object])


def takes_uploads(view: View) -> View:
    """Let the requests of this view be as large as five files; put it right under the route."""
    view.takes_uploads = True  # type: ignore[attr-defined]
    return view


def is_upload_view(app: Flask, endpoint: str | None) -> bool:
    """Whether the view of that endpoint takes files; decided before anything of the body is read."""
    return getattr(app.view_functions.get(endpoint or ""), "takes_uploads", False)
