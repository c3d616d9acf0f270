"""Bytes that are kept exactly as they came, whatever they are, and that nobody is shown as a file of theirs."""

import secrets
from contextlib import suppress
from datetime import datetime
from io import BytesIO

from sqlalchemy import select

from portal.attachments.models import Attachment
from portal.attachments.storage import STORAGE, StorageFailed
from portal.attachments.storage.place import Stored
from portal.foundation.database import db, make_row


def save_original(content: bytes) -> Stored:
    """Store the bytes, outside of any transaction; StorageFailed when there is no place. Without a row they go soon."""
    return STORAGE.here().save(BytesIO(content))


def forget_original(stored: Stored) -> None:
    """They were not needed; what cannot be removed now goes tomorrow."""
    with suppress(StorageFailed):
        STORAGE.here().remove(stored.name)


def own_original(stored: Stored, *, owner: tuple[str, int], name: str, media_type: str, now: datetime) -> None:
    """Give stored bytes to what they belong to, inside the caller's transaction."""
    make_row(
        Attachment,
        {
            "public_id": secrets.token_urlsafe(32),
            "owner_type": owner[0],
            "owner_id": owner[1],
            "name": name,
            "media_type": media_type,
            "size": stored.size,
            "sha256": stored.sha256,
            "storage_name": stored.name,
            "scan": "unchecked",
            "created_at": now,
        },
    )


def original_of(owner: tuple[str, int]) -> Attachment | None:
    """The row of the bytes that belong to it."""
    rows = select(Attachment).where(Attachment.owner_type == owner[0], Attachment.owner_id == owner[1])
    return db.session.scalar(rows.order_by(Attachment.id).limit(1))


def read_original(owner: tuple[str, int]) -> bytes | None:
    """The bytes; None when nothing is kept for it. OSError when their place does not answer."""
    row = original_of(owner)
    if row is None:
        return None
    with STORAGE.here().open(row.storage_name) as file:
        return file.read()
