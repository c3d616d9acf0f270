"""The shape of a declaration that came by letter, phone, mail or in person and is taken down at the desk."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from portal.contracts.reading import LIMITS
from portal.desk.declarations.words import channel_word, kind_word
from portal.desk.words import language_word
from portal.foundation.company import COMPANY
from portal.foundation.forms import PersonForm
from portal.foundation.i18n import current_language, offered
from portal.keys.rules import new_stamp
from portal.leaving.actions.objecting import TEXT_LIMIT
from portal.leaving.notices.confirming import usable_address
from portal.leaving.rules.declarations import CancellationKind, Channel, Kind
from portal.questions.forms.thread import at_most

WAYS = (Channel.LETTER, Channel.PHONE, Channel.MAIL, Channel.PERSON)
# What arrived longer ago is rather a slip in the year.
_OLDEST = timedelta(days=366)
_WRITTEN = ("%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d.%m.%y %H:%M")


class TakeDownForm(PersonForm):
    """The fields of the public pages, with the way and the moment of arrival; `check` puts what is wrong beside."""

    kind = RadioField(_l("What is declared"), validate_choice=False)
    channel = RadioField(_l("How it came"), validate_choice=False)
    arrived = StringField(_l("Date and time of arrival"))
    language = SelectField(_l("Language of the confirmation"), validate_choice=False)
    name = StringField(_l("Name"))
    email = StringField(_l("Email address for the confirmation"))
    about = TextAreaField(_l("Contract, in the person's words"))
    identity = TextAreaField(_l("Customer number or address"))
    cause = RadioField(_l("Kind of cancellation"), validate_choice=False)
    reason = TextAreaField(_l("Reason"))
    date = StringField(_l("Wished end (empty: earliest possible)"))
    part = TextAreaField(_l("Only these parts"))
    stamp = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(each.value, kind_word(each)) for each in Kind]
        self.channel.choices = [(each.value, channel_word(each)) for each in WAYS]
        self.language.choices = [(code, language_word(code)) for code in offered()]
        self.cause.choices = [
            (CancellationKind.ORDINARY.value, _("ordinary")),
            (CancellationKind.FOR_CAUSE.value, _("for cause")),
        ]

    @classmethod
    def empty(cls) -> "TakeDownForm":
        """An empty form with a key of its own, so that a double press is one declaration."""
        usual = {"kind": Kind.CANCELLATION.value, "cause": CancellationKind.ORDINARY.value}
        return cls(formdata=None, data=usual | {"language": current_language(), "stamp": new_stamp()})

    def check(self, now: datetime) -> datetime | None:
        """The moment of arrival; None with what is wrong beside each field."""
        is_valid = self.validate()
        for name, values in (("kind", list(Kind)), ("channel", WAYS), ("language", offered())):
            if self[name].data not in values:
                _blame(self[name], _("Please choose one."))
        moment = self._arrival(now)
        if not any(self[name].data for name in ("name", "email", "identity", "about")):
            _blame(self.name, _("Please fill in one of these: name, email address, customer number or contract."))
        # The public page takes whatever is typed; here somebody can still ask, or leave it empty.
        if self.email.data and not usable_address(str(self.email.data)):
            _blame(self.email, _("This is no e-mail address. Leave it empty where none can be read."))
        return moment if is_valid and not self.errors else None

    def _arrival(self, now: datetime) -> datetime | None:
        moment = read_local(str(self.arrived.data or ""))
        if moment is None:
            _blame(self.arrived, _("Please write date and time, like 30.11.2026 14:20."))
        elif moment > now:
            _blame(self.arrived, _("This moment is in the future."))
        elif moment < now - _OLDEST:
            _blame(self.arrived, _("This is more than a year ago. Please check the year."))
        return moment


class ContractChoice(PersonForm):
    """The number of the contract that a declaration is about."""

    contract = StringField(_l("Contract number"), validators=[at_most(LIMITS["number"])])


class ObjectionForm(PersonForm):
    """How we learned that the holder objects."""

    remark = TextAreaField(_l("How we learned of it (optional)"), validators=[at_most(TEXT_LIMIT)])


class DecisionForm(PersonForm):
    """Why an objection is decided so; customers never read it."""

    why = TextAreaField(_l("Why, for colleagues only (optional)"), validators=[at_most(TEXT_LIMIT)])


def read_local(typed: str) -> datetime | None:
    """A moment in the company's zone out of what staff type, in UTC; of an hour that comes twice the earlier one."""
    zone = COMPANY.here().zone
    for pattern in _WRITTEN:
        try:
            return datetime.strptime(typed.strip(), pattern).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _blame(field: Any, sentence: str) -> None:
    field.errors = (*field.errors, sentence)
