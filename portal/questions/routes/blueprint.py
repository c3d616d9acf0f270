"""The blueprint that all routes of the room hang on."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from portal.questions.thread.text import answer_text, customer_text
from portal.questions.thread.words import full_moment, moment, unbroken

bp = Blueprint("questions", __name__, url_prefix="/<language:language>/questions")


class NumberText(BaseConverter):
    """The number of a question as somebody may have typed it: what is wrong in it is said by the page, not by a 404."""

    regex = "[^/]{1,40}"
    # The slash in the pattern keeps Werkzeug from seeing it, and it would try thirty addresses one after another.
    part_isolating = True
    # Words such as `new` and `find` are addresses of their own and come first.
    weight = 200


@bp.record_once
def know_numbers(state: BlueprintSetupState) -> None:
    """Addresses of this room may contain `<number:number>`."""
    state.app.url_map.converters["number"] = NumberText


@bp.record_once
def teach_templates(state: BlueprintSetupState) -> None:
    """Templates print typed text and moments of promises by these filters."""
    filters = {
        "answer_text": answer_text,
        "customer_text": customer_text,
        "promise_moment": moment,
        "full_moment": full_moment,
        "unbroken": unbroken,
    }
    state.app.jinja_env.filters.update(filters)
