"""A wish to be called back becomes a numbered question whose promise is the time that was chosen."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from portal.contact.options import callback_hours, read_options
from portal.contact.rules import Slot, slots
from portal.foundation.i18n import current_language, local_time, written_day
from portal.questions.actions.asking import Asked, Asker, NewQuestion, ask_question, suspicions
from portal.questions.actions.proposing import outlook, outlook_until
from portal.questions.topics import Topic
from portal.service_levels.levels import Affects, Answers, CanContinue

_DAYS = {"de": "EEEE, d. MMMM", "en": "EEEE, d MMMM"}
_NO_HURRY = Answers(CanContinue.YES, Affects.ME, None)


def offered_slots(now: datetime) -> tuple[Slot, ...]:
    """The times that can be chosen now; none when the company offers no callbacks with hours."""
    hours = callback_hours(read_options(current_app.extensions["company"], current_language()))
    return slots(hours, now) if hours else ()


def slot_words(slot: Slot) -> str:
    """`Montag, 30. November, 9:00 bis 11:00 Uhr`."""
    begins, ends, language = local_time(slot.begins_at), local_time(slot.ends_at), current_language()
    day = written_day(begins.date(), _DAYS[language], language)
    times = (f"{each.hour}:{each.minute:02d}" for each in (begins, ends))
    return _("%(day)s, %(first)s to %(last)s", day=day, **dict(zip(("first", "last"), times, strict=True)))


def ask_for_call(
    slot: Slot, phone: str, about: str, asker: Asker, *, stamp: str, trapped: bool, now: datetime
) -> Asked:
    """Ask once, with a call by the end of the slot as the promise. StampUsed when the form was sent with other words."""
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
    return next(reversed(list(current_app.extensions["topics"].topics)), None)
