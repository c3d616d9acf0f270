"""The shape of what people type to begin, open and change an account."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.accounts.models import User
from portal.accounts.passwords import refused
from portal.accounts.rules import (
    PASSWORD_LEAST,
    PASSWORD_LEAST_WITH_FACTOR,
    PASSWORD_LIMIT,
    Refusal,
    guessed_words,
)
from portal.foundation.addresses import is_address
from portal.foundation.company import COMPANY
from portal.foundation.forms import PersonForm, PublicForm

NAME_LIMIT = 100


class MailAddress:
    """Demands something that can be a mail address; whether it is known is never said (SR-09)."""

    def __call__(self, _form: Any, field: Any) -> None:
        """ValidationError in the reader's language."""
        if not is_address(field.data or ""):
            raise ValidationError(_("Please write an e-mail address, such as name@example.org."))


def _email() -> StringField:
    return StringField(_l("E-mail address"), validators=[MailAddress()])


def _name() -> StringField:
    return StringField(
        _l("Your name"),
        validators=[
            DataRequired(_l("Please write the name we may call you by.")),
            Length(max=NAME_LIMIT, message=_l("Please shorten the name to 100 characters.")),
        ],
    )


class SignInForm(PublicForm):
    """Address and password, and where to go afterwards."""

    email = _email()
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Please write your password."))])
    next = HiddenField()


class AddressForm(PublicForm):
    """An address to mail a link to."""

    email = _email()
    next = HiddenField()


class KeyForm(PublicForm):
    """The one button behind a mailed link."""

    key = HiddenField()
    next = HiddenField()


class BeginForm(KeyForm):
    """What begins an account once the address is proven: a name and, if wanted, a password."""

    name = _name()
    password = PasswordField(_l("Password (optional)"))

    def validate_password(self, field: Any) -> None:
        """Empty is allowed: a mailed link signs in too."""
        if field.data:
            require_good(field.data, None, self.name.data or "")


class NewPasswordForm(KeyForm):
    """A new password by a mailed link."""

    password = PasswordField(_l("New password"), validators=[InputRequired(_l("Please write a new password."))])


class ChangePasswordForm(PersonForm):
    """A new password for somebody who is signed in."""

    password = PasswordField(_l("New password"), validators=[InputRequired(_l("Please write a new password."))])


class ChangeAddressForm(PersonForm):
    """A new address for somebody who is signed in."""

    email = _email()


class CodeForm(PersonForm):
    """The code of the second factor, given before the sign-in is whole."""

    code = StringField(_l("Code"), validators=[InputRequired(_l("Please write the code."))])
    next = HiddenField()


class SetUpForm(PersonForm):
    """The first code of a new second factor."""

    code = StringField(_l("Code from the app"), validators=[InputRequired(_l("Please write the code."))])


class ProofForm(PersonForm):
    """The password once more; `next` and `back` are the ways on and back."""

    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Please write your password."))])
    next = HiddenField()
    back = HiddenField()


class PressForm(PersonForm):
    """A button of somebody who is signed in; `session` says which row it is about, where it is about one."""

    session = HiddenField()


def require_good(password: str, user: User | None, *names: str) -> None:
    """ValidationError that says why a password is not accepted, and what to do instead (SR-07)."""
    company = COMPANY.here().name
    known = [user.name, user.email] if user else []
    found = refused(
        password,
        has_second_factor=user is not None and user.has_second_factor,
        words=guessed_words(company, *known, *names),
    )
    if found is not None:
        raise ValidationError(_sentence(found, user))


def _sentence(found: Refusal, user: User | None) -> str:
    least = PASSWORD_LEAST_WITH_FACTOR if user is not None and user.has_second_factor else PASSWORD_LEAST
    return {
        Refusal.SHORT: _(
            "Please use at least %(least)s characters. Four words in a row are easy to keep.", least=least
        ),
        Refusal.LONG: _("Please use at most %(most)s characters.", most=PASSWORD_LIMIT),
        Refusal.KNOWN: _("This password is on lists that attackers try first. Please choose another one."),
        Refusal.NAMES: _("This password consists mostly of your name or ours. Please choose another one."),
        Refusal.SIMPLE: _("This password repeats few characters. Please choose another one."),
    }[found]
