"""What the worker does for leaving: writes the day's hash of the record to a second place, and forgets old texts."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction
from portal.leaving.effects import has_due, send_due
from portal.leaving.models import LeavingFeedback
from portal.leaving.proving import write_digest

# The words of feedback are deleted after twelve months; what was chosen stays in the sums (spec 2.10).
TEXT_KEPT = timedelta(days=365)


def has_old_texts(now: datetime) -> bool:
    """Whether words of feedback are old enough to go."""
    old = select(LeavingFeedback.mark).where(LeavingFeedback.day < (now - TEXT_KEPT).date(), LeavingFeedback.text != "")
    return db.session.scalar(old.limit(1)) is not None


def forget_texts(now: datetime) -> bool:
    """Delete the words of old feedback."""
    old = (LeavingFeedback.day < (now - TEXT_KEPT).date()) & (LeavingFeedback.text != "")
    with transaction():
        db.session.execute(update(LeavingFeedback).where(old).values(text=""))
    return False


CHORES = (
    Chore("leaving.hooks", send_due, every=timedelta(seconds=10), is_due=has_due),
    Chore("leaving.digest", write_digest, every=timedelta(days=1)),
    Chore("leaving.feedback", forget_texts, every=timedelta(hours=6), is_due=has_old_texts, trusts_clock=True),
)
