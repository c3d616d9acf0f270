"""The public page of an incident."""

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from portal.foundation import clock
from portal.foundation.i18n import offered
from portal.foundation.rendering.finished_pages import finished_page
from portal.foundation.rendering.pages import describe_page
from portal.incidents.board import BOARD
from portal.incidents.words import shown

bp = Blueprint("incidents", __name__, url_prefix="/<language:language>/incidents")


@bp.get("/<int:number>")
def show(number: int) -> Response:
    """What is known of an incident; it stays for some weeks after it is over."""
    known = BOARD.here().page_of(number, clock.now())
    if known is None:
        abort(404)
    describe_page(alternates={code: url_for(".show", number=number, language=code) for code in offered()})
    return finished_page(make_response(render_template("incidents/show.html", incident=shown(known))))
