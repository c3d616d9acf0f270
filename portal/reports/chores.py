"""What the worker does for reports: count today again and again, other days once a day while they can change."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.foundation import clock
from portal.foundation.chores import Chore
from portal.foundation.company import COMPANY
from portal.foundation.database import db
from portal.reports.models import ReportCount
from portal.reports.rules import days_to_count
from portal.reports.sums import count, first_day

# A day of a large company takes a few hundredths of a second; a duty must be over well within its thirty seconds.
_PIECE = 20


def count_days(now: datetime) -> bool:
    """Some days; True when more are waiting. The newest first: they are asked for most."""
    zone = COMPANY.here().zone
    first, today = first_day(zone), now.astimezone(zone).date()
    if first is None:
        return False
    rows = db.session.execute(select(ReportCount.day, ReportCount.counted_at))
    counted = {day: at.astimezone(zone).date() for day, at in rows}
    due = days_to_count(today, first, counted)[::-1]
    count(due[:_PIECE], zone, now=now)
    # Today is counted every time, and must not keep the duty busy.
    return len(due) > _PIECE


def count_everything() -> None:
    """Every day that has to be counted, at once, for those who do not wait for the worker."""
    while count_days(clock.now()):
        pass


CHORES = (Chore("reports.sums", count_days, every=timedelta(minutes=5)),)
