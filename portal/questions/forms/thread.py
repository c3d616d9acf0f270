"""The shape of what customers type on a question's page."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, ValidationError

from portal.foundation.addresses import is_address
from portal.foundation.forms import PersonForm, PublicForm
from portal.foundation.i18n import local_number
from portal.numbers.format import Mistyped, Number, read_number
from portal.questions.rules import Face, SheetLine

BODY_LIMIT = 20_000
REMARK_LIMIT = 1_000
_LONGEST_NUMBER = 40


def at_most(limit: int) -> Any:
    """Refuse a longer text, with its length, so that nobody has to count."""

    def check(_form: Any, field: Field) -> None:
        length = len(field.data or "")
        if length > limit:
            raise ValidationError(
                _(
                    "This has %(length)s characters; please shorten it to %(limit)s.",
                    length=local_number(length),
                    limit=local_number(limit),
                )
            )

    return check


class ReplyForm(PersonForm):
    """A further message; a file alone is one as well."""

    body = TextAreaField(_l("Your message"), validators=[at_most(BODY_LIMIT)])
    stamp = HiddenField()


class PressForm(PersonForm):
    """A button and nothing else."""


class RatingForm(PersonForm):
    """One of three faces, and a sentence."""

    face = RadioField(
        _l("How was our help?"),
        choices=[(each.value, each.value) for each in Face],
        validators=[AnyOf([each.value for each in Face], message=_l("Please choose one of the three faces."))],
        validate_choice=False,
    )
    sentence = TextAreaField(_l("In one sentence (optional)"), validators=[at_most(REMARK_LIMIT)])


class ObjectionForm(PersonForm):
    """Which line of the case sheet is not right, and what about it."""

    line = RadioField(
        _l("Which line is not right?"),
        choices=[(each.value, each.value) for each in SheetLine],
        validators=[AnyOf([each.value for each in SheetLine], message=_l("Please choose the line that is not right."))],
        validate_choice=False,
    )
    remark = TextAreaField(_l("What is not right? (optional)"), validators=[at_most(REMARK_LIMIT)])


class FindForm(PublicForm):
    """Where a new link is to be sent: with a number for one question, without one for all."""

    email = StringField(_l("Your e-mail address"))
    number = StringField(_l("Number of your question (optional)"))

    def validate_email(self, field: Field) -> None:
        """An address that a mail can be sent to."""
        if not is_address(field.data or ""):
            raise ValidationError(_("Please check your e-mail address, for example anna@example.org."))

    def validate_number(self, field: Field) -> None:
        """Empty, or the number of a question without a typing error."""
        try:
            is_number = not field.data or self.wanted is not None
        except Mistyped as error:
            raise ValidationError(
                _("There is a typing error in this number. Please compare it with your mail.")
            ) from error
        if not is_number:
            raise ValidationError(_("Please write the number like Q26-01042-7, or leave it empty."))

    @property
    def wanted(self) -> Number | None:
        """The number of the one question; None for all. Mistyped when its last digit does not fit."""
        typed = str(self.number.data or "")
        return read_number(typed) if typed and len(typed) <= _LONGEST_NUMBER else None
