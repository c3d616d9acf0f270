"""Which views take files, how large their requests may be, and whose sender is still at work (specs: SR-20, DR-13)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask

# A file of content may have a megabyte (docs/content.md); a form repeats it at most once.
TEXT_LIMIT = 2_200_000
UPLOAD_LIMIT = 25 * 1024 * 1024 + 256 * 1024

View = TypeVar("View", bound=Callable[..., object])
# How many bytes of its files each connection has sent that is sending some now.
_arrived: dict[Any, int] = {}


def takes_uploads(view: View) -> View:
    """Let the requests of this view be as large as five files; put it right under the route."""
    view.takes_uploads = True  # type: ignore[attr-defined]
    return view


def takes_long_text(view: View) -> View:
    """Let the fields of this view's form hold a whole article; put it right under the route."""
    view.takes_long_text = True  # type: ignore[attr-defined]
    return view


def is_long_text_view(app: Flask, endpoint: str | None) -> bool:
    """Whether the fields of that endpoint's form may be long."""
    return endpoint is not None and getattr(app.view_functions.get(endpoint), "takes_long_text", False)


def is_upload_view(app: Flask, endpoint: str | None) -> bool:
    """Whether the view of that endpoint takes files; decided before anything of the body is read."""
    return endpoint is not None and getattr(app.view_functions.get(endpoint), "takes_uploads", False)


def note_arrival(environ: Mapping[str, Any], arrived: int) -> None:
    """Write down how much of a form with files has come over its connection."""
    if connection := environ.get("gunicorn.socket"):
        _arrived[connection] = arrived


def forget_arrival(connection: object) -> None:
    """Its request is answered."""
    _arrived.pop(connection, None)


def arrived_from(connection: object) -> int | None:
    """How many bytes of a form with files that connection has sent; None when it sends none."""
    return _arrived.get(connection)
