"""The style guide, in development only."""

from datetime import date

from flask import Blueprint, abort, current_app, render_template

bp = Blueprint("styleguide", __name__)


@bp.get("/styleguide")
def show() -> str:
    """Every component in every state; 404 in production."""
    if current_app.extensions["config"].is_production:
        abort(404)
    return render_template("styleguide/show.html", reviewed_on=date(2026, 10, 5))
