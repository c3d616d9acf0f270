"""What the record that only grows says."""

from datetime import datetime

from sqlalchemy import select

from portal.foundation.database import db
from portal.leaving.models import RecordEntry


def newest_entry_at() -> datetime | None:
    """The moment of the newest entry; None before the first."""
    return db.session.scalar(select(RecordEntry.at).order_by(RecordEntry.position.desc()).limit(1))
