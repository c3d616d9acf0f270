"""Throw away what nobody sent: uploads of forms that were left, and files without a row."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.attachments.actions import forget_bytes
from portal.attachments.discarding import has_discarded, remove_discarded
from portal.attachments.models import Attachment, UploadCount
from portal.attachments.queries import stored_names
from portal.attachments.rules import HELD_FOR, UPLOAD
from portal.attachments.storage import STORAGE, has_roomy_disks
from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction

log = logging.getLogger(__name__)

_AT_ONCE = 200
_COUNTS_KEPT = timedelta(days=2)


def remove_orphans(now: datetime) -> bool:
    """Remove some hundred uploads that were held for more than a day; whether there may be more.

    Rows go first: a file without a row is found again, a row without a file would be a loss.
    """
    rows = _left_behind(now)
    if rows:
        _remove(rows)
    return len(rows) == _AT_ONCE


def remove_leftovers(now: datetime) -> int:
    """Remove files without a row and unfinished ones, both older than a day; how many."""
    removed = STORAGE.here().remove_leftovers(now - HELD_FOR)
    for name in _without_row(now):
        STORAGE.here().remove(name)
        removed += 1
    return removed


def watch_room(_now: datetime) -> None:
    """Warn the operator in the log before files must be refused (DR-15)."""
    if not has_roomy_disks():
        log.warning("the disk of PORTAL_DATA or of UPLOADS is nearly full: soon files are refused, later everything")
    if not STORAGE.here().answers():
        log.error("alarm: the place that UPLOADS names does not answer, files cannot be taken or read")


def forget_counts(now: datetime) -> None:
    """Forget who sent how much before yesterday."""
    with transaction():
        db.session.execute(delete(UploadCount).where(UploadCount.day < (now - _COUNTS_KEPT).date()))


def _left_behind(now: datetime) -> list[Attachment]:
    old = select(Attachment).where(Attachment.owner_type == UPLOAD, Attachment.created_at < now - HELD_FOR)
    return list(db.session.scalars(old.order_by(Attachment.id).limit(_AT_ONCE)))


def _remove(rows: list[Attachment]) -> None:
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


def _without_row(now: datetime) -> list[str]:
    old = list(STORAGE.here().older_than(now - HELD_FOR))
    kept = stored_names()
    return [name for name in old if name not in kept]


def _clear_leftovers(now: datetime) -> None:
    remove_leftovers(now)


CHORES = (
    Chore("attachments.discarded", remove_discarded, every=timedelta(minutes=1), is_due=has_discarded),
    Chore("attachments.orphans", remove_orphans, every=timedelta(hours=1), trusts_clock=True),
    Chore("attachments.leftovers", _clear_leftovers, every=timedelta(hours=24), trusts_clock=True),
    Chore("attachments.counts", forget_counts, every=timedelta(hours=6), trusts_clock=True),
    Chore("attachments.room", watch_room, every=timedelta(hours=1)),
)
