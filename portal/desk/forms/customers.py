"""The shape of what staff correct in the record of a customer."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.customers.actions import mark_of
from portal.customers.forms import WISHES_LIMIT
from portal.customers.models import Customer
from portal.foundation.forms import PersonForm

_FIELDS = ("name", "contact_wishes")


class CorrectionForm(PersonForm):
    """Name and contact wishes, and a mark of what stood there when the form was opened."""

    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Please write the name.")),
            Length(max=100, message=_l("Please shorten the name to 100 characters.")),
        ],
    )
    contact_wishes = TextAreaField(
        _l("Contact wishes (optional)"),
        validators=[Length(max=WISHES_LIMIT, message=_l("Please shorten this to 500 characters."))],
    )
    seen = HiddenField()

    @classmethod
    def of(cls, customer: Customer) -> "CorrectionForm":
        """The form with what stands in the record."""
        said = {name: getattr(customer, name) for name in _FIELDS}
        return cls(formdata=None, data={**said, "seen": mark_of(customer)})

    def said(self) -> dict[str, str]:
        """What is to stand there."""
        return {name: str(self[name].data or "").strip() for name in _FIELDS}
