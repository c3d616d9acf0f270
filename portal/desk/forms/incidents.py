"""What staff type about an incident: title and text in every language, and one message to all."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, ValidationError

from portal.desk.words import language_word
from portal.foundation.company import LANGUAGES
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import current_language, offered
from portal.incidents.actions import Told
from portal.incidents.models import Incident, IncidentMessage
from portal.incidents.rules import TEXT_LIMIT, TITLE_LIMIT, State, Words
from portal.incidents.words import state_word
from portal.questions.actions.answering import Then
from portal.questions.forms.thread import BODY_LIMIT, at_most
from portal.questions.topics import TOPICS_FILE

_MOST_CASES = 100


class IncidentForm(PersonForm):
    """Title and text for each language that the company offers (`title_de`, `text_de` …), topics, state."""

    topics = SelectMultipleField(_l("Topics that it concerns"), validate_choice=False)
    state = RadioField(_l("State"), validate_choice=False, default=State.BEGUN.value)
    is_public = BooleanField(_l("Customers see it on the pages"), default=True)
    stamp = HiddenField()

    def __init__(self, *args: Any, row: Incident | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [(each.value, state_word(each)) for each in State]
        topics, language = TOPICS_FILE.here().topics, current_language()
        self.topics.choices = [(each.slug, topics.name(each.slug, language)) for each in topics]
        if row is not None and not self.is_submitted():
            self.topics.data, self.state.data, self.is_public.data = list(row.topics), row.state, row.is_public
            for code in offered():
                for part in ("title", "text"):
                    self[f"{part}_{code}"].data = row.texts.get(code, {}).get(part, "")

    def validate_state(self, field: RadioField) -> None:
        """One of three."""
        if field.data not in list(State):
            raise ValidationError(_("Please choose a state."))

    def validate_topics(self, field: SelectMultipleField) -> None:
        """Topics that exist."""
        if set(field.data or ()) - {slug for slug, _name in field.choices}:
            raise ValidationError(_("Please choose the topics again."))

    def faults(self) -> list[tuple[str, str]]:
        """Everything that is wrong, in the order of the page; of a text also in which language."""
        found = [(place, place.rpartition("_")[2], said) for place, said in super().faults()]
        texts = [(place, f"{language_word(code)}, {said}") for place, code, said in found if code in LANGUAGES]
        return texts + [(place, said) for place, code, said in found if code not in LANGUAGES]

    @property
    def languages(self) -> Sequence[tuple[str, str]]:
        """Code and name of every language to write in."""
        return [(code, language_word(code)) for code in offered()]

    @property
    def told(self) -> Told:
        """What was typed."""
        words = {
            code: Words(code, str(self[f"title_{code}"].data).strip(), str(self[f"text_{code}"].data).strip())
            for code in offered()
        }
        return Told(words, list(self.topics.data or ()), bool(self.is_public.data))


class CasesForm(PersonForm):
    """Cases to put to an incident."""

    case = SelectMultipleField(coerce=int, validate_choice=False)

    def validate_case(self, field: SelectMultipleField) -> None:
        """At least one, and no more than a page shows."""
        ids = field.data or []
        if not ids or len(ids) > _MOST_CASES or any(not 0 < each < 2**31 for each in ids):
            raise ValidationError(_("Please choose at least one case."))


class MessageForm(PersonForm):
    """One message to all, written once for each language (`body_de` …)."""

    then = RadioField(
        _l("What happens next"),
        default=Then.OUR_TURN.value,
        validators=[AnyOf([each.value for each in Then], message=_l("Please choose what happens next."))],
        validate_choice=False,
    )
    stamp = HiddenField()

    def __init__(self, *args: Any, needed: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._needed = needed
        self.then.choices = [
            (Then.OUR_TURN.value, _("We go on, with a fresh promise")),
            (Then.CUSTOMERS_TURN.value, _("It is the customer's turn")),
            (Then.SOLVED.value, _("It is solved")),
        ]

    @classmethod
    def of(cls, row: IncidentMessage) -> "MessageForm":
        """The form with a message that was taken back."""
        texts = {f"body_{code}": text for code, text in row.texts.items()}
        return cls(formdata=None, data={"then": row.after, **texts})

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Every language in which somebody has an open case needs its text."""
        is_right = bool(super().validate(*args, **kwargs))
        for code in self._needed:
            field = self._fields.get(f"body_{code}")
            if field is not None and not (field.data or "").strip():
                field.errors = [
                    _("Somebody reads this in %(language)s. Please write it too.", language=language_word(code))
                ]
                is_right = False
        return is_right

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by language."""
        return {code: str(self[f"body_{code}"].data or "").strip() for code in LANGUAGES}


def _needed(limit: int) -> Any:
    def check(_form: PersonForm, field: Any) -> None:
        if field.name.rpartition("_")[2] in offered() and not (field.data or "").strip():
            raise ValidationError(_("Please write this in every language."))

    return [check, at_most(limit)]


# One pair of fields for each language that the portal knows; those that a company does not offer are never shown.
for _code in LANGUAGES:
    setattr(IncidentForm, f"title_{_code}", StringField(_l("Title"), validators=_needed(TITLE_LIMIT)))
    setattr(IncidentForm, f"text_{_code}", TextAreaField(_l("What is known"), validators=_needed(TEXT_LIMIT)))
    setattr(MessageForm, f"body_{_code}", TextAreaField(_l("Message"), validators=[at_most(BODY_LIMIT)]))
