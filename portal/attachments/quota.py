"""How much one sender may send on a day, counted before anything is kept (specs: SR-27)."""

import hashlib
import hmac
from datetime import datetime

from flask import current_app
from sqlalchemy import update

from portal.attachments.models import UploadCount
from portal.attachments.rules import MOST_BYTES_A_DAY, Sender
from portal.foundation.database import db, insert_once, transaction


class _TooMuch(Exception):
    """Somebody's day is full; what was counted for others goes back."""


def count_bytes(sender: Sender, size: int, *, now: datetime) -> bool:
    """Count bytes for every mark of the sender, or for none of them when one has no room left on that day (UTC)."""
    marks = sorted(_mark(kind, value) for kind, value in _parts(sender) if value)
    try:
        with transaction():
            for mark in marks:
                _count(mark, size, now=now)
    except _TooMuch:
        return False
    return True


def _count(mark: str, size: int, *, now: datetime) -> None:
    day = now.date()
    db.session.execute(insert_once(UploadCount, {"day": day, "sender": mark, "size": 0}))
    counted = (
        update(UploadCount)
        .where(UploadCount.day == day, UploadCount.sender == mark, UploadCount.size + size <= MOST_BYTES_A_DAY)
        .values(size=UploadCount.size + size)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(counted).rowcount != 1:  # type: ignore[attr-defined]
        raise _TooMuch


def _parts(sender: Sender) -> tuple[tuple[str, str], ...]:
    return (("network", sender.network), ("address", sender.address.strip().lower()))


def _mark(kind: str, value: str) -> str:
    # With our secret, so that the few existing network addresses cannot be tried out on a stolen table.
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{kind}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
