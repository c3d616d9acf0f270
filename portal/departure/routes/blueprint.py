"""The blueprints that all routes of the room hang on, and what they share."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.departure.forms import PressForm
from portal.foundation.forms import require_complete
from portal.foundation.rendering.pages import describe_page

bp = Blueprint("departure", __name__, url_prefix="/<language:language>/account")
# German addresses that can be printed and dictated (specs: leaving 2.2).
short = Blueprint("departure_short", __name__)


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """One page of the room, for one person."""
    describe_page(alternates={})
    response = make_response(render_template(f"departure/{template}.html", **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def link_page(template: str, *, status: int = 200, **values: Any) -> Response:
    """One page of the room behind a mailed link, whose key no other site may learn."""
    response = page(template, status=status, **values)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def pressed() -> PressForm:
    """The form of a pressed button, validated; its errors say that it came from another session."""
    require_complete()
    form = PressForm()
    form.validate()
    return form


@short.get("/konto/schliessen")
def close() -> AnyResponse:
    """The printed address of closing an account."""
    return redirect(url_for("departure.show_closing", language="de"), 302)


@short.get("/daten/export")
def export() -> AnyResponse:
    """The printed address of taking one's data along."""
    return redirect(url_for("departure.show_data", language="de"), 302)


@short.get("/daten/loeschen")
def erase() -> AnyResponse:
    """The printed address of having one's data erased."""
    return redirect(url_for("departure.show_erasure", language="de"), 302)
