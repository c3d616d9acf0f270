"""What the worker does for the FAQ: sums of days that are no longer kept leave."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.faq.measures import kept_since
from portal.faq.models import ArticleCount, SearchCount, StepCount
from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction
from portal.foundation.i18n import local_time

_SUMS = (SearchCount, ArticleCount, StepCount)


def forget_old_sums(now: datetime) -> None:
    """Remove what readers searched, opened and got stuck at more than ninety days ago."""
    since = kept_since(local_time(now).date())
    for table in _SUMS:
        with transaction():
            db.session.execute(delete(table).where(table.day < since))


def _has_old_sums(now: datetime) -> bool:
    since = kept_since(local_time(now).date())
    return any(db.session.scalar(select(table.day).where(table.day < since).limit(1)) for table in _SUMS)


CHORES = (Chore("faq.sums", forget_old_sums, every=timedelta(hours=6), is_due=_has_old_sums, trusts_clock=True),)
