"""The blueprint of the room, and its pages behind a key; addresses are short, on paper and never move (spec 2.2)."""

from typing import Any

from flask import Blueprint, Response, g, make_response, render_template

from portal.foundation.rendering.pages import describe_page

bp = Blueprint("leaving", __name__)


def page_behind_key(template: str, address: str, *, status: int = 200, **values: Any) -> Response:
    """A page for whoever has the key in its address: in one language, kept nowhere, told to no other page."""
    describe_page(alternates={}, addresses={g.language: address})
    response = make_response(render_template(f"leaving/{template}.html", **values), status)
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return response
