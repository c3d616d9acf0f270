"""The shape of a wish to be called back."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.foundation.addresses import is_address
from portal.foundation.forms import PersonForm, fault_of

NAME_LIMIT, ABOUT_LIMIT, PHONE_LIMIT = 100, 2_000, 40
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()/.-]*")
_FEWEST, _MOST = 6, 16


class CallbackForm(PersonForm):
    """Whom to call, when, and what about. Without an account name and address are asked for, too."""

    slot = RadioField(_l("When shall we call?"), validate_choice=False)
    phone = StringField(_l("Your phone number"))
    about = TextAreaField(
        _l("What is it about?"),
        validators=[
            DataRequired(_l("Please say in a sentence what it is about, so that the right person calls.")),
            Length(max=ABOUT_LIMIT, message=_l("Please shorten this to 2,000 characters.")),
        ],
    )
    name = StringField(
        _l("Your name"),
        validators=[
            DataRequired(_l("Please tell us your name.")),
            Length(max=NAME_LIMIT, message=_l("Please shorten this to 100 characters.")),
        ],
    )
    email = StringField(_l("Your e-mail address"))
    stamp = HiddenField()

    def for_somebody(self) -> "CallbackForm":
        """The form of a person whose name and address are known."""
        del self.name, self.email
        return self

    def validate_slot(self, field: Field) -> None:
        """One of the times that are offered now."""
        if field.data not in [value for value, *_rest in field.choices]:
            raise ValidationError(_("Please choose one of these times."))

    def validate_phone(self, field: Field) -> None:
        """Digits, with what people write between them."""
        typed = str(field.data or "")
        digits = sum(each.isdigit() for each in typed)
        if len(typed) > PHONE_LIMIT or not _PHONE.fullmatch(typed) or not _FEWEST <= digits <= _MOST:
            raise ValidationError(_("Please check the phone number, for example 0170 1234567 or +49 170 1234567."))

    def validate_email(self, field: Field) -> None:
        """An address that a mail can be sent to."""
        if not is_address(field.data or ""):
            raise ValidationError(_("Please check your e-mail address, for example anna@example.org."))

    def faults(self) -> list[tuple[str, str]]:
        """Field and sentence of everything that is wrong, in the order of the page."""
        order = ("slot", "phone", "about", "name", "email", "token")
        wrong = [self[name] for name in order if name in self and self[name].errors]
        # What is missing names itself.
        return [(each.name, fault_of(each) if each.data else str(each.errors[0])) for each in wrong]

    def typed(self, name: str) -> Any:
        """What was typed there."""
        return str(self[name].data or "") if name in self else ""
