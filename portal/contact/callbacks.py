"""A wish to be called back becomes a numbered question whose promise is the time that was chosen."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _

from portal.contact.options import callback_hours, read_options
from portal.contact.rules import Slot, slots
from portal.foundation.company import COMPANY
from portal.foundation.i18n import current_language, local_time, written_day
from portal.questions.actions.asking import Asked, Asker, NewQuestion, ask_question, suspicions
from portal.questions.actions.proposing import outlook, outlook_until
from portal.questions.topics import TOPICS_FILE, Topic
from portal.service_levels.levels import Affects, Answers, CanContinue

_DAYS = {"de": "EEEE, d. MMMM", "en": "EEEE, d MMMM"}
_NO_HURRY = Answers(CanContinue.YES, Affects.ME, None)


def offered_slots(now: datetime) -> tuple[Slot, ...]:
    """The times that can be chosen now; none when the company offers no callbacks with hours."""
    hours = callback_hours(read_options(COMPANY.here(), current_language()))
    return slots(hours, now) if hours else ()


def slots_by_day(offered: Sequence[Slot]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each day in words with its times: the value of the choice and `9:00 bis 11:00 Uhr`."""
    days = groupby(offered, key=_day_words)
    return [(day, [(each.name, _time_words(each)) for each in slots]) for day, slots in days]


def slot_words(slot: Slot) -> str:
    """`Montag, 30. November, 9:00 bis 11:00 Uhr`."""
    return f"{_day_words(slot)}, {_time_words(slot)}"


def _day_words(slot: Slot) -> str:
    language = current_language()
    return written_day(local_time(slot.begins_at).date(), _DAYS[language], language)


def _time_words(slot: Slot) -> str:
    first, last = (local_time(each) for each in (slot.begins_at, slot.ends_at))
    return _(
        "from %(first)s to %(last)s", first=f"{first.hour}:{first.minute:02d}", last=f"{last.hour}:{last.minute:02d}"
    )


def ask_for_call(
    slot: Slot, phone: str, about: str, asker: Asker, *, stamp: str, trapped: bool, now: datetime
) -> Asked:
    """Ask once, with a call by the end of the slot as the promise. StampUsed when other words came with the form."""
    language, topic = current_language(), _topic()
    made = outlook(topic, _NO_HURRY, language=language, now=now)
    words = slot_words(slot)
    wanted = NewQuestion(
        stamp=stamp,
        topic=topic.slug if topic else "",
        subject=_("Callback: %(when)s", when=words),
        body="\n".join((_("Please call me at %(phone)s.", phone=phone), words, "", about)),
        answers=_NO_HURRY,
        source="callback",
        marks=suspicions(about, is_proven=asker.is_proven, is_trapped=trapped),
    )
    return ask_question(
        wanted, asker, outlook_until(made, slot.ends_at, language=language, now=now), language=language, now=now
    )


def _topic() -> Topic | None:
    """Whatever does not belong to one of the others: the last topic of the file."""
    return next(reversed(list(TOPICS_FILE.here().topics)), None)
