"""The shape of a call about something new, taken down while the person is still on the phone."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from portal.desk.words import language_word
from portal.foundation.addresses import is_address
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import current_language, offered
from portal.keys.rules import new_stamp
from portal.questions.forms.asking import BODY_LIMIT, NAME_LIMIT, SUBJECT_LIMIT
from portal.questions.forms.thread import at_most
from portal.questions.topics import TOPICS_FILE
from portal.service_levels.levels import Affects, Answers, CanContinue

_CAN_CONTINUE = (
    (CanContinue.YES.value, _l("Yes")),
    (CanContinue.DETOUR.value, _l("Yes, by a detour")),
    (CanContinue.NO.value, _l("No, nothing works")),
)
_AFFECTS = (
    (Affects.ME.value, _l("Only this person")),
    (Affects.SEVERAL.value, _l("Several, such as a household or an office")),
    (Affects.EVERYBODY.value, _l("Everybody around")),
)


def _said(limit: int, missing: Any) -> list[Any]:
    return [DataRequired(missing), at_most(limit)]


class CallForm(PersonForm):
    """Who calls, about what, and how much it stops them. `seen` says that their open questions were shown.

    `who` is what somebody says of themselves who is to be found among the known ones.
    """

    who = StringField(_l("Name, e-mail address, or number of a contract, customer or question"))

    name = StringField(
        _l("Name"),
        validators=_said(NAME_LIMIT, _l("Please fill in the name.")),
    )
    email = StringField(_l("E-mail address"))
    language = SelectField(_l("Language"), validate_choice=False)
    topic = SelectField(_l("Topic"), validate_choice=False)
    subject = StringField(
        _l("What it is about, in one sentence"),
        validators=_said(SUBJECT_LIMIT, _l("Please write in a sentence what it is about.")),
    )
    body = TextAreaField(
        _l("What the person said"),
        validators=_said(BODY_LIMIT, _l("Please write down what was said.")),
    )
    can_continue = SelectField(_l("Can the person go on for now?"), choices=_CAN_CONTINUE, validate_choice=False)
    affects = SelectField(_l("Whom does it affect?"), choices=_AFFECTS, validate_choice=False)
    stamp = HiddenField()
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics, language = TOPICS_FILE.here().topics, current_language()
        self.topic.choices = [("", _("choose")), *((each.slug, topics.name(each.slug, language)) for each in topics)]
        self.language.choices = [(code, language_word(code)) for code in offered()]

    @classmethod
    def empty(cls, **known: str) -> "CallForm":
        """An empty form, or one of a known person, with a key of its own: a double press is one question."""
        usual = {"language": current_language(), "can_continue": CanContinue.YES.value, "affects": Affects.ME.value}
        return cls(formdata=None, data={**usual, **known, "stamp": new_stamp()})

    def validate_email(self, field: Field) -> None:
        """An address that a mail can be sent to."""
        if field.data and not is_address(field.data):
            raise ValidationError(
                _("This is no e-mail address. Number, date and the link to the page go there: please ask once more.")
            )
        if not field.data:
            raise ValidationError(
                _(
                    "Please ask for the e-mail address, or find the person above: number, date and the link to the"
                    " page go there."
                )
            )

    def validate_topic(self, field: Field) -> None:
        """One of the topics of today's file."""
        _one_of(field)

    def validate_language(self, field: Field) -> None:
        """One of the languages of the portal."""
        _one_of(field)

    def validate_can_continue(self, field: Field) -> None:
        """One of the three answers."""
        _one_of(field)

    def validate_affects(self, field: Field) -> None:
        """One of the three answers."""
        _one_of(field)

    @property
    def answers(self) -> Answers:
        """What the level is proposed from, of a form that was found right."""
        return Answers(CanContinue(self.can_continue.data), Affects(self.affects.data), None)


def _one_of(field: Field) -> None:
    if not field.data or field.data not in [value for value, *_rest in field.choices]:
        raise ValidationError(_("Please choose one."))
