"""Remove the bytes of files whose rows went with what they belonged to."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from portal.attachments.models import Attachment, DiscardedFile
from portal.attachments.storage import STORAGE
from portal.foundation.database import db, make_once, transaction

_AT_ONCE = 200


def discard(*which: ColumnElement[bool], now: datetime, at_most: int | None = None) -> int:
    """These files go, inside the caller's transaction; how many.

    The names of their bytes are written down, so that they go also when this machine stops right after the commit.
    """
    columns = (Attachment.id, Attachment.storage_name, Attachment.picture_name)
    # Locked before they are written down: bytes of a file that is sent at this very moment must stay.
    found = select(*columns).where(*which).order_by(Attachment.id).limit(at_most).with_for_update()
    rows = db.session.execute(found).all()
    for name in (name for row in rows for name in row[1:] if name):
        make_once(DiscardedFile, {"storage_name": name, "created_at": now})
    if rows:
        gone = delete(Attachment).where(Attachment.id.in_([row.id for row in rows]))
        db.session.execute(gone.execution_options(synchronize_session=False))
    return len(rows)


def has_discarded(_now: datetime) -> bool:
    """Whether any bytes wait to be removed."""
    return db.session.scalar(select(DiscardedFile.storage_name).limit(1)) is not None


def remove_discarded(_now: datetime) -> bool:
    """Remove some hundred files, then their names; True when more are waiting. Twice is harmless."""
    names = db.session.scalars(select(DiscardedFile.storage_name).limit(_AT_ONCE)).all()
    for name in names:
        STORAGE.here().remove(name)
    if names:
        with transaction():
            gone = delete(DiscardedFile).where(DiscardedFile.storage_name.in_(names))
            db.session.execute(gone.execution_options(synchronize_session=False))
    return len(names) == _AT_ONCE
