"""Remove the bytes of files whose rows went with what they belonged to."""

from datetime import datetime

from sqlalchemy import delete, select

from portal.attachments.models import DiscardedFile
from portal.attachments.storage import storage
from portal.foundation.database import db, transaction

_AT_ONCE = 200


def has_discarded(_now: datetime) -> bool:
    """Whether any bytes wait to be removed."""
    return db.session.scalar(select(DiscardedFile.storage_name).limit(1)) is not None


def remove_discarded(_now: datetime) -> bool:
    """Remove some hundred files, then their names; True when more are waiting. Twice is harmless."""
    names = db.session.scalars(select(DiscardedFile.storage_name).limit(_AT_ONCE)).all()
    for name in names:
        storage().remove(name)
    if names:
        with transaction():
            gone = delete(DiscardedFile).where(DiscardedFile.storage_name.in_(names))
            db.session.execute(gone.execution_options(synchronize_session=False))
    return len(names) == _AT_ONCE
