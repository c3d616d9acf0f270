"""What the worker does for keys: those that ended long ago are removed, and so are old stamps of forms."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select

from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction
from portal.keys.models import FormStamp, Key

# A stamp is kept for at least thirty days (DR-03); a key that ended says for a while that it did.
_KEPT = timedelta(days=35)
_PIECE = 500


def has_old(now: datetime) -> bool:
    """Whether anything is old enough to go."""
    return any(bool(db.session.scalar(select(exists().where(old)))) for _table, old in _old(now))


def remove_old(now: datetime) -> bool:
    """Remove some hundred rows; whether there may be more."""
    removed = 0
    for table, old in _old(now):
        with transaction():
            some = select(table.id).where(old).limit(_PIECE)
            gone = delete(table).where(table.id.in_(some)).execution_options(synchronize_session=False)
            removed += int(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]
    return removed >= _PIECE


def _old(now: datetime) -> tuple[tuple[Any, ColumnElement[bool]], ...]:
    return (Key, Key.expires_at < now - _KEPT), (FormStamp, FormStamp.created_at < now - _KEPT)


CHORES = (Chore("keys.old", remove_old, every=timedelta(hours=1), is_due=has_old, trusts_clock=True),)
