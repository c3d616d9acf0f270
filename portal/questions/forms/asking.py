"""The shape of a new question; what a topic asks for beside it is read with the topic's own facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from portal.foundation.addresses import is_address
from portal.foundation.forms import PersonForm
from portal.foundation.security import typed_text
from portal.questions.forms.thread import at_most
from portal.questions.topics import Fact, FactKind, Topic
from portal.questions.topics.values import in_language, is_far_date, read_date
from portal.service_levels.levels import Affects, Answers, CanContinue

_Choice = TypeVar("_Choice", bound=StrEnum)

SUBJECT_LIMIT, BODY_LIMIT, NAME_LIMIT, WORDS_LIMIT = 200, 20_000, 100, 200

CAN_CONTINUE = (
    (CanContinue.YES.value, _l("Yes, nothing is stopped")),
    (CanContinue.DETOUR.value, _l("Yes, but only with a detour")),
    (CanContinue.NO.value, _l("No, nothing works")),
)
AFFECTS = (
    (Affects.ME.value, _l("Only me")),
    (Affects.SEVERAL.value, _l("Several people, such as a household or an office")),
    (Affects.EVERYBODY.value, _l("Everybody around me")),
)


def _text(limit: int, missing: Any, *, one_line: bool = True) -> list[Any]:
    """Something must be written, not too much, and on one line where that is meant."""

    def check(_form: Any, field: Field) -> None:
        if not field.data:
            raise ValidationError(missing)
        if one_line and "\n" in field.data:
            raise ValidationError(_("Please write this on one line."))

    return [check, at_most(limit)]


class AskForm(PersonForm):
    """A new question. Without an account name and address are asked for; `for_somebody` takes these two away."""

    topic = RadioField(_l("What is it about?"), validate_choice=False)
    subject = StringField(
        _l("Your question in one sentence"), validators=_text(SUBJECT_LIMIT, _l("Please write your question in short."))
    )
    body = TextAreaField(
        _l("What has happened, and what should be different?"),
        validators=_text(BODY_LIMIT, _l("Please describe what it is about."), one_line=False),
    )
    can_continue = RadioField(
        _l("Can you go on for now?"), choices=CAN_CONTINUE, default=CanContinue.YES.value, validate_choice=False
    )
    affects = RadioField(_l("Whom does it affect?"), choices=AFFECTS, default=Affects.ME.value, validate_choice=False)
    needed_by = StringField(_l("Do you need the answer by a certain date?"))
    name = StringField(_l("Your name"), validators=_text(NAME_LIMIT, _l("Please tell us your name.")))
    email = StringField(_l("Your e-mail address"))
    stamp = HiddenField("")
    opened_at = HiddenField("")
    about = HiddenField("")
    step = HiddenField("")
    words = HiddenField("")
    after = HiddenField("")

    def for_somebody(self) -> "AskForm":
        """The form of a person whose name and address are known."""
        del self.name, self.email
        return self

    def validate_topic(self, field: Field) -> None:
        """One of the topics of today's file."""
        if field.data not in [value for value, *_rest in field.choices]:
            raise ValidationError(_("Please choose what it is about."))

    def validate_can_continue(self, field: Field) -> None:
        """One of the three answers."""
        _require_choice(field, CanContinue)

    def validate_affects(self, field: Field) -> None:
        """One of the three answers."""
        _require_choice(field, Affects)

    def validate_needed_by(self, field: Field) -> None:
        """Empty, or a date that is not over."""
        day = read_date(field.data or "")
        if field.data and day is None:
            raise ValidationError(_no_date(field.data))
        if day is not None and day < self.today:
            raise ValidationError(_("This date is over. Please choose a later one, or leave it empty."))

    def validate_email(self, field: Field) -> None:
        """An address that a mail can be sent to; nothing is asked of anybody else."""
        if not is_address(field.data or ""):
            raise ValidationError(
                _("Please check your e-mail address, for example anna@example.org. Our answer goes there.")
            )

    # The local date on which the form is read; the route sets it.
    today: date = date.min

    @cached_property
    def answers(self) -> Answers:
        """The three plain answers as far as they can be read; what cannot counts as the calmest."""
        return Answers(
            _read_choice(self.can_continue.data, CanContinue.YES),
            _read_choice(self.affects.data, Affects.ME),
            read_date(self.needed_by.data or ""),
        )


@dataclass
class FactEntry:
    """One fact in the form: what is asked, what was typed, and what is wrong with it."""

    fact: Fact
    language: str
    value: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        return self.fact.field

    @property
    def kind(self) -> str:
        return self.fact.kind.value

    @property
    def label(self) -> str:
        return in_language(self.fact.labels, self.language)

    @property
    def hint(self) -> str:
        return in_language(self.fact.hints, self.language)

    @property
    def example(self) -> str:
        return self.fact.example

    @property
    def is_required(self) -> bool:
        return self.fact.is_required

    @property
    def choices(self) -> Iterator[tuple[str, str]]:
        """Value and words of every choice."""
        return ((each.value, in_language(each.texts, self.language)) for each in self.fact.choices)

    @property
    def shown(self) -> str:
        """The answer in words."""
        return self.fact.shown(self.value, self.language)

    def check(self) -> bool:
        """Whether the answer can be kept; otherwise `error` says what to do."""
        if self.value and not self.fact.fits(self.value):
            self.error = _misfit(self.fact, self.value)
        elif not self.value and self.fact.is_required:
            self.error = _("Please fill this in; we need it to answer.")
        return not self.error


def fact_entries(topic: Topic | None, given: Mapping[str, str], language: str) -> list[FactEntry]:
    """What this topic asks for, with what was typed so far."""
    facts = topic.facts if topic else ()
    return [FactEntry(fact, language, typed_text(str(given.get(fact.field, "")), is_line=True)) for fact in facts]


def kept_facts(entries: list[FactEntry]) -> dict[str, str]:
    """The given facts as they are kept."""
    return {each.fact.name: each.fact.kept(each.value) for each in entries if each.value}


def _misfit(fact: Fact, typed: str) -> str:
    if fact.kind is FactKind.NUMBER and fact.is_required:
        return _("Please write it like %(example)s.", example=fact.example)
    if fact.kind is FactKind.NUMBER:
        return _("Please write it like %(example)s, or leave it empty.", example=fact.example)
    if fact.kind is FactKind.DATE:
        return _no_date(typed)
    if fact.kind is FactKind.CHOICE:
        return _("Please choose one of the answers.")
    return _("Please shorten this to 500 characters.")


def _no_date(typed: str) -> str:
    """Why this cannot be taken as a date."""
    if is_far_date(typed):
        return _("This date lies too far away. Please check the year, or leave it empty.")
    return _("This is no date. Please write it like 24.12.2026, or leave it empty.")


def _require_choice(field: Field, kind: type[CanContinue] | type[Affects]) -> None:
    if field.data not in list(kind):
        raise ValidationError(_("Please choose one of the answers."))


def _read_choice(typed: Any, calmest: _Choice) -> _Choice:
    return next((each for each in type(calmest) if each == typed), calmest)
