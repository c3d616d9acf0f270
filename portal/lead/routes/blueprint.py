"""The blueprint that all routes of the room hang on; it stands in the frame of the desk."""

from typing import TypeVar

from flask import Blueprint, abort, request

from portal.desk.routes.blueprint import furnish
from portal.foundation.forms import PersonForm, require_complete
from portal.foundation.security import read_id
from portal.lead.forms import LeadPress

bp = Blueprint("lead", __name__, url_prefix="/desk")
furnish(bp)

F = TypeVar("F", bound=PersonForm)


def pressed() -> None:
    """A button of one of our pages was pressed; 400 for a form that was cut off or belongs to another sign-in."""
    require_complete()
    if not LeadPress().validate():
        abort(400)


def number_from(name: str) -> int | None:
    """A number of the address; None for anything else."""
    return read_id(request.args.get(name, ""))
