"""What staff type in a queue: a change to several cases, and the name of a view."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.desk.actions.tags import NoTag, read_tag
from portal.desk.rules import PAGE_SIZE
from portal.foundation.forms import PersonForm
from portal.questions.forms.thread import at_most

NOBODY = "nobody"


class BulkForm(PersonForm):
    """The chosen cases and what is to happen to them; `do` is the button that was pressed."""

    case = SelectMultipleField(coerce=int, validate_choice=False)
    do = HiddenField()
    back = HiddenField()
    assignee = SelectField(_l("Responsible"), validate_choice=False)
    tag = StringField(_l("Tag"))
    incident = SelectField(_l("Incident"), validate_choice=False)
    reason = StringField(_l("Reason (the customer reads it)"), validators=[at_most(1000)])
    level = SelectField(_l("Service level"), validate_choice=False)

    def validate_case(self, field: SelectMultipleField) -> None:
        """At least one, and no more than a page shows."""
        if not field.data:
            raise ValidationError(_("Please choose at least one case."))
        if len(field.data) > PAGE_SIZE or any(not 0 < each < 2**31 for each in field.data):
            raise ValidationError(_("Please choose the cases on the page again."))

    def validate_tag(self, field: StringField) -> None:
        """Only where a tag is to be put on."""
        if self.do.data == "tag":
            try:
                field.data = read_tag(field.data or "")
            except NoTag as error:
                raise ValidationError(str(error)) from error

    def validate_level(self, field: SelectField) -> None:
        """Only where the level changes: the reason that was typed is not lost for want of it."""
        if self.do.data == "level" and not field.data:
            raise ValidationError(_("Please choose a service level."))

    def validate_reason(self, field: StringField) -> None:
        """Another level is explained to the customer."""
        if self.do.data == "level" and not (field.data or "").strip():
            raise ValidationError(_("Please say why the service level changes. The customer reads the reason."))


class ViewNameForm(PersonForm):
    """The name of a view, and who sees it."""

    name = StringField(
        _l("Name of the view"),
        validators=[
            DataRequired(_l("Please give the view a name.")),
            Length(max=60, message=_l("Please shorten the name to 60 characters.")),
        ],
    )
    is_shared = BooleanField(_l("Show it to everybody at the desk"))


class ViewForm(ViewNameForm):
    """A view that is made: also what it holds."""

    queue = HiddenField()
    address = HiddenField()
