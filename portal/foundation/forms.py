"""The base of every form: text cleaned before it is checked, cut-off forms refused, no cookie needed."""

from typing import Any

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms import Field

from portal.foundation.security import clean_text

LAST_FIELD = "is_complete"


def _clean(typed: Any) -> Any:
    return clean_text(typed).strip() if isinstance(typed, str) else typed


class PublicForm(FlaskForm):
    """A form of a page that everybody may read: the browser's word on the origin guards it, not a token in a cookie."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Every field cleans what was typed before its own filters see it."""
            options["filters"] = [_clean, *unbound_field.kwargs.pop("filters", ())]
            return super().bind_field(form, unbound_field, options)


def require_complete() -> None:
    """400 when the form was cut off on the way: its last field is missing."""
    if LAST_FIELD not in request.form:
        abort(400, "incomplete")
