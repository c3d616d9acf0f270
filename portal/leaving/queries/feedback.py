"""Reasons that people gave of their own accord; small numbers are never shown (spec leaving 2.10)."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from portal.foundation.database import db
from portal.leaving.models import LeavingFeedback

# Fewer than this could lead to a person.
LEAST_SHOWN = 5


def reasons_between(first: date, last: date) -> Mapping[str, int | None]:
    """How often each reason was chosen in that time; None where it was chosen, but by fewer than five."""
    counted = (
        select(LeavingFeedback.reason, func.count())
        .where(LeavingFeedback.day.between(first, last), LeavingFeedback.reason != "")
        .group_by(LeavingFeedback.reason)
        .order_by(LeavingFeedback.reason)
    )
    return {
        reason: amount if amount >= LEAST_SHOWN else None for reason, amount in db.session.execute(counted).tuples()
    }
