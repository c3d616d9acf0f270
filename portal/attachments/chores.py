"""Throw away what nobody sent: uploads of forms that were left, and files without a row."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.attachments.actions import forget_bytes
from portal.attachments.models import Attachment, UploadCount
from portal.attachments.queries import stored_names
from portal.attachments.rules import HELD_FOR, UPLOAD
from portal.attachments.storage import storage
from portal.foundation.database import db, transaction

_AT_ONCE = 200
_COUNTS_KEPT = timedelta(days=2)


def remove_orphans(now: datetime) -> int:
    """Remove uploads held for more than a day, then files without a row and unfinished ones of that age; how many.

    Rows go first: a file without a row is found again the next time, a row without a file would be a loss.
    """
    removed = 0
    while rows := _left_behind(now):
        removed += _remove(rows)
    removed += storage().remove_leftovers(now - HELD_FOR)
    for name in _without_row(now):
        storage().remove(name)
        removed += 1
    return removed


def forget_counts(now: datetime) -> None:
    """Forget who sent how much before yesterday."""
    with transaction():
        db.session.execute(delete(UploadCount).where(UploadCount.day < (now - _COUNTS_KEPT).date()))


def _left_behind(now: datetime) -> list[Attachment]:
    old = select(Attachment).where(Attachment.owner_type == UPLOAD, Attachment.created_at < now - HELD_FOR)
    return list(db.session.scalars(old.order_by(Attachment.id).limit(_AT_ONCE)))


def _remove(rows: list[Attachment]) -> int:
    gone = []
    with transaction():
        for row in rows:
            # Compared once more: the form may be sent at this very moment.
            still_held = delete(Attachment).where(Attachment.id == row.id, Attachment.owner_type == UPLOAD)
            if db.session.execute(still_held.execution_options(synchronize_session=False)).rowcount == 1:  # type: ignore[attr-defined]
                gone.append(row)
    for row in gone:
        db.session.expunge(row)
        forget_bytes(row)
    return len(gone)


def _without_row(now: datetime) -> list[str]:
    old = list(storage().older_than(now - HELD_FOR))
    kept = stored_names()
    return [name for name in old if name not in kept]
