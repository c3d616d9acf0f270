"""A day and a time as people write them, in the company's zone, as a moment."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.foundation.errors import PortalError
from portal.questions.topics.values import read_date

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*(?:Uhr|h))?", re.ASCII | re.IGNORECASE)


class UnreadableMoment(PortalError):
    """What was typed is no day or no time."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("Please write the day like 24.12.2026 and the time like 14:30."))


def read_moment(day: str, at: str, zone: ZoneInfo, *, usual: time) -> datetime:
    """The moment in UTC; `usual` is the time when none was typed. UnreadableMoment for anything that is none."""
    on = read_date(day)
    found = _TIME.fullmatch(at.strip()) if at.strip() else None
    if on is None or (at.strip() and found is None):
        raise UnreadableMoment
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (usual.hour, usual.minute)
    if hour > 23 or minute > 59:
        raise UnreadableMoment
    return datetime.combine(on, time(hour, minute), tzinfo=zone).astimezone(UTC)
