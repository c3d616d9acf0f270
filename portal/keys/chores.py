"""What the worker does for keys: those that ended long ago are removed, and so are old stamps of forms."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction
from portal.keys.models import FormStamp, Key

# A stamp is kept for at least thirty days (DR-03); a key that ended says for a while that it did.
_KEPT = timedelta(days=35)
_PIECE = 500


def has_old(now: datetime) -> bool:
    """Whether anything is old enough to go."""
    return any(db.session.scalar(old.limit(1)) is not None for _table, old in _old(now))


def remove_old(now: datetime) -> bool:
    """Remove some hundred rows; whether there may be more."""
    removed = 0
    for table, old in _old(now):
        with transaction():
            gone = delete(table).where(table.id.in_(old.limit(_PIECE))).execution_options(synchronize_session=False)
            removed += int(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]
    return removed >= _PIECE


def _old(now: datetime) -> tuple[tuple[Any, Any], ...]:
    before = now - _KEPT
    # Stamps are made one after the other. An index by their time would be one page more for every form that is sent.
    first = select(FormStamp.id, FormStamp.created_at).order_by(FormStamp.id).limit(_PIECE).subquery()
    stamps = select(first.c.id).where(first.c.created_at < before)
    return (Key, select(Key.id).where(Key.expires_at < before)), (FormStamp, stamps)


CHORES = (Chore("keys.old", remove_old, every=timedelta(hours=1), is_due=has_old, trusts_clock=True),)
