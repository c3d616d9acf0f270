"""The shape of what staff type in a case; every form acts for whoever is signed in and carries the token of it."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, ValidationError

from portal.desk.actions.moments import read_day, read_time
from portal.desk.rules import FlagKind
from portal.foundation.errors import PortalError
from portal.foundation.forms import PersonForm
from portal.questions.actions.answering import Then
from portal.questions.forms.thread import BODY_LIMIT, at_most

SHEET_LIMIT = 2_000
REASON_LIMIT = 500
TAG_LIMIT = 40
FLAG_LIMIT = 300


def _read_by(read: Callable[[str], object]) -> Any:
    """Refuse what cannot be read, in the words of whoever reads it."""

    def check(_form: Any, field: Field) -> None:
        try:
            read(str(field.data or ""))
        except PortalError as error:
            raise ValidationError(str(error)) from error

    return check


class DeskPress(PersonForm):
    """A button and nothing else."""


class AnswerForm(PersonForm):
    """What goes to the customer; `seen` says what stood on the page when it was written."""

    body = TextAreaField(
        _l("To the customer"),
        validators=[DataRequired(_l("Please write what the customer is to read.")), at_most(BODY_LIMIT)],
    )
    then = RadioField(
        _l("What happens next"),
        choices=[
            (Then.CUSTOMERS_TURN.value, _l("It is the customer's turn")),
            (Then.OUR_TURN.value, _l("We go on: a fresh promise")),
            (Then.ASKS_BACK.value, _l("We ask back")),
            (Then.SOLVED.value, _l("It is solved")),
        ],
        default=Then.CUSTOMERS_TURN.value,
        validators=[AnyOf([each.value for each in Then], message=_l("Please choose what happens next."))],
        validate_choice=False,
    )
    stamp = HiddenField()
    seen = HiddenField()


class NoteForm(PersonForm):
    """An internal note."""

    note = TextAreaField(
        _l("Internal note"), validators=[DataRequired(_l("Please write the note.")), at_most(BODY_LIMIT)]
    )
    stamp = HiddenField()


class CallForm(PersonForm):
    """A phone call: what was said, and whether the customer is to read it."""

    call = TextAreaField(
        _l("What was said"), validators=[DataRequired(_l("Please write what was said.")), at_most(BODY_LIMIT)]
    )
    stamp = HiddenField()


class SheetForm(PersonForm):
    """One line of the case sheet."""

    line_text = TextAreaField(validators=[at_most(SHEET_LIMIT)])


class PersonChoice(PersonForm):
    """Somebody of the desk, by id; empty for nobody."""

    user = StringField(_l("Who"), validators=[at_most(10)])


class LevelForm(PersonForm):
    """Another service level, and why."""

    level = StringField(_l("Service level"), validators=[at_most(32)])
    level_reason = StringField(_l("Reason"), validators=[at_most(REASON_LIMIT)])


class PromiseForm(PersonForm):
    """Another date for the answer, as the reader writes dates, and why."""

    promise_day = StringField(_l("Day"), validators=[_read_by(read_day)])
    promise_time = StringField(_l("Time"), validators=[_read_by(read_time)])
    promise_reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Please say why. The customer reads the reason beside the old date.")),
            at_most(REASON_LIMIT),
        ],
    )


class ReminderForm(PersonForm):
    """When a case is to come back, and what for."""

    remind_day = StringField(_l("Day"), validators=[_read_by(read_day)])
    remind_time = StringField(_l("Time"), validators=[_read_by(read_time)])
    remark = StringField(_l("What for (optional)"), validators=[at_most(200)])


class EndForm(PersonForm):
    """Why a case is closed or opened again."""

    end_reason = StringField(_l("Reason (optional)"), validators=[at_most(REASON_LIMIT)])


class OtherForm(PersonForm):
    """The number of another case."""

    other = StringField(_l("Number of the other case"), validators=[at_most(40)])


class MergingForm(OtherForm):
    """The other case, and the mark of how both were when they were looked at."""

    seen = StringField(validators=[at_most(40)])


class RecordForm(PersonForm):
    """The record of a customer, by id."""

    customer = StringField(validators=[at_most(20)])


class TagForm(PersonForm):
    """A word."""

    tag = StringField(_l("Tag"), validators=[at_most(TAG_LIMIT)])


class StepForm(PersonForm):
    """A step of the level's list, by its name, and whether it is done."""

    step = StringField(validators=[at_most(80)])
    is_done = StringField(validators=[at_most(3)])


class CancellationForm(PersonForm):
    """Which message is a declaration, by id, and of which kind."""

    message = StringField(_l("Which message"), validators=[at_most(10)])
    kind = StringField(_l("What it is"), validators=[at_most(12)])


class FairForm(PersonForm):
    """What is answered to what the customer finds fair; the amount as the reader writes numbers."""

    fair_answer = StringField(_l("Our answer"), validators=[at_most(12)])
    fair_amount = StringField(_l("Amount (optional)"))
    explanation = TextAreaField(
        _l("What the customer reads"),
        validators=[DataRequired(_l("Please write what the customer is to read.")), at_most(SHEET_LIMIT)],
    )


class FlagForm(PersonForm):
    """What is wrong with which article; `flagged` is the number of one that was offered, `flag_words` names another."""

    flagged = StringField(_l("Help article"), validators=[at_most(10)])
    flag_words = StringField(_l("Another article: its title, number or address"), validators=[at_most(200)])
    flag_kind = RadioField(
        _l("What is wrong with it?"),
        choices=[(each.value, each.value) for each in FlagKind],
        validators=[AnyOf([each.value for each in FlagKind], message=_l("Please choose what is wrong with it."))],
        validate_choice=False,
    )
    flag = StringField(
        _l("In one sentence"),
        validators=[DataRequired(_l("Please write in one sentence what is wrong.")), at_most(FLAG_LIMIT)],
    )
