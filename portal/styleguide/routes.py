"""The style guide, in development only."""

from datetime import UTC, date, datetime

from flask import Blueprint, abort, render_template

from portal.foundation.config import CONFIG

_DUE_AT = datetime(2026, 12, 18, 10, 0, tzinfo=UTC)
_WHY = {
    "level": "Normal",
    "definition": "Something does not work as it should",
    "is_first": True,
    "duration": "8 hours",
    "counted_from": datetime(2026, 12, 16, 17, 30, tzinfo=UTC),
    "runs_from": datetime(2026, 12, 17, 7, 0, tzinfo=UTC),
    "hours": ("Mon–Fri 8:00–18:00",),
    "skipped": ((date(2026, 12, 25), "Christmas Day"),),
}
bp = Blueprint("styleguide", __name__)


@bp.get("/styleguide")
def show() -> str:
    """Every component in every state; 404 in production."""
    if CONFIG.here().is_production:
        abort(404)
    return render_template("styleguide/show.html", reviewed_on=date(2026, 10, 5), due_at=_DUE_AT, why=_WHY)
