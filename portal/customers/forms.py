"""What customers say about themselves."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.foundation.company import LANGUAGES
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import offered

WISHES_LIMIT = 500


class ProfileForm(PersonForm):
    """Name, language of mails, and how somebody likes to be reached."""

    name = StringField(
        _l("Your name"),
        validators=[
            DataRequired(_l("Please write the name we may call you by.")),
            Length(max=100, message=_l("Please shorten the name to 100 characters.")),
        ],
    )
    language = SelectField(_l("Language of our mails"), validate_choice=False)
    contact_wishes = TextAreaField(
        _l("How may we reach you best? (optional)"),
        validators=[Length(max=WISHES_LIMIT, message=_l("Please shorten this to 500 characters."))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [(code, LANGUAGES[code]) for code in offered()]

    def validate_language(self, field: Field) -> None:
        """One of those that the portal speaks."""
        if field.data not in offered():
            raise ValidationError(_("Please choose one."))
