"""What leads type: an invitation, a role, a tag, a view."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.accounts.rules import Role
from portal.api.rules import DAYS, Scope
from portal.desk.actions.tags import NoTag, read_tag
from portal.foundation.addresses import is_address, normalised
from portal.foundation.company import LANGUAGES
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import offered
from portal.keys.rules import new_stamp

_LONG = _l("At most %(max)d characters.")


class LeadPress(PersonForm):
    """A button and nothing else."""


class InviteForm(PersonForm):
    """A colleague who is to begin."""

    name = StringField(
        _l("Name, as customers read it"),
        validators=[DataRequired(_l("Please write the name.")), Length(max=100, message=_LONG)],
    )
    email = StringField(_l("E-mail address"))
    role = SelectField(_l("Role"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)

    def __init__(self, *args: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = roles
        self.languages = [(code, LANGUAGES[code]) for code in offered()]

    def validate_email(self, field: StringField) -> None:
        """A mail address, in the spelling that is kept."""
        if not is_address(field.data or ""):
            raise ValidationError(_("Please write an e-mail address, like name@example.org."))
        field.data = normalised(field.data)

    def validate_role(self, field: SelectField) -> None:
        """One of those that this person may give."""
        if field.data not in [value for value, _name in self.roles]:
            raise ValidationError(_("Please choose a role."))

    def validate_language(self, field: SelectField) -> None:
        """One that the company offers."""
        if field.data not in offered():
            raise ValidationError(_("Please choose a language."))


class RoleForm(PersonForm):
    """Another role."""

    role = HiddenField()

    def validate_role(self, field: HiddenField) -> None:
        """A role of the staff."""
        if field.data not in [each.value for each in Role if each is not Role.CUSTOMER]:
            raise ValidationError(_("Please choose a role."))


class TagForm(PersonForm):
    """What a tag is to be called; the name of another one merges both."""

    before = HiddenField()
    tag = StringField(_l("Tag"))

    def validate_tag(self, field: StringField) -> None:
        """A word that can be a tag."""
        try:
            field.data = read_tag(field.data or "")
        except NoTag as error:
            raise ValidationError(str(error)) from error


class TokenForm(PersonForm):
    """A token for a program: what it is for, what it opens, how long it lasts. A `stamp`: one of two presses."""

    name = StringField(
        _l("Name of the program"),
        validators=[DataRequired(_l("Please write which program the token is for.")), Length(max=60, message=_LONG)],
    )
    scopes = SelectMultipleField(_l("What it may do"), validate_choice=False)
    days = RadioField(_l("How long it lasts"), default=str(DAYS[1]), validate_choice=False)
    stamp = HiddenField()

    def __init__(self, *args: Any, offered_scopes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.choices = list(offered_scopes)
        self.days.choices = [(str(days), _("%(count)s days", count=days)) for days in DAYS]
        self.stamp.data = self.stamp.data or new_stamp()

    def validate_scopes(self, field: SelectMultipleField) -> None:
        """At least one of those that this person may give."""
        if not field.data or set(field.data) - {value for value, *_rest in field.choices}:
            raise ValidationError(_("Please choose what the program may do."))

    def validate_days(self, field: RadioField) -> None:
        """One of the lengths: no token lasts for ever."""
        if field.data not in [value for value, *_rest in field.choices]:
            raise ValidationError(_("Please choose how long the token lasts."))

    @property
    def chosen(self) -> list[Scope]:
        """What the token is to open, of a form that was found right."""
        return [Scope(value) for value in self.scopes.data or ()]
