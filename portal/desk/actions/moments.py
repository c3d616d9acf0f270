"""A day and a time as people write them, in the company's zone, as a moment."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.foundation.errors import PortalError
from portal.questions.topics.values import is_far_date, read_date

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:Uhr|h))?", re.ASCII | re.IGNORECASE)
# What is to come lies in this century, so that two digits of a year are enough.
_SHORT_YEAR = re.compile(r"(\d{1,2}\.\s?\d{1,2}\.\s?)(\d{2})", re.ASCII)


class UnreadableDay(PortalError):
    """What was typed is no day, or none that anybody means."""

    status = 422


class UnreadableTime(PortalError):
    """What was typed is no time."""

    status = 422


def read_day(typed: str) -> date:
    """A day to come: `24.12.2026`, `24.12.26` or `2026-12-24`. UnreadableDay for anything else."""
    written = typed.strip()
    if short := _SHORT_YEAR.fullmatch(written):
        written = f"{short[1]}20{short[2]}"
    found = read_date(written)
    if found is not None:
        return found
    if is_far_date(written):
        raise UnreadableDay(_("This day lies too far away. Please check the year."))
    if written:
        raise UnreadableDay(_("The calendar has no such day. Please write it like 24.12.2026."))
    raise UnreadableDay(_("Please write the day like 24.12.2026."))


def read_time(typed: str) -> time | None:
    """`14:30`, `14.30 Uhr` or `14`; None for nothing, UnreadableTime for anything else."""
    text = typed.strip()
    found = _TIME.fullmatch(text)
    if not text:
        return None
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise UnreadableTime(_("Please write the time like 14:30."))
    return time(int(found[1]), int(found[2] or 0))


def read_moment(day: str, at: str, zone: ZoneInfo, *, usual: time) -> datetime:
    """The moment in UTC; `usual` is the time when none was typed. UnreadableDay and UnreadableTime refuse."""
    return datetime.combine(read_day(day), read_time(at) or usual, tzinfo=zone).astimezone(UTC)
