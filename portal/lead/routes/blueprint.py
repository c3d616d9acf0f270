"""The blueprint that all routes of the room hang on; it stands in the frame of the desk."""

from flask import Blueprint

from portal.desk.routes.blueprint import furnish
from portal.foundation.forms import require_pressed
from portal.lead.forms import LeadPress

bp = Blueprint("lead", __name__, url_prefix="/desk")
furnish(bp)


def pressed() -> None:
    """A button of one of our pages was pressed."""
    require_pressed(LeadPress())
