"""Find the files of something, and the files that a form still holds."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select

from portal.attachments.models import Attachment
from portal.attachments.rules import UPLOAD
from portal.foundation.database import db

# Built once: every conversation with files asks for it.
_OF_OWNERS = (
    select(Attachment)
    .where(Attachment.owner_type == bindparam("type"), Attachment.owner_id.in_(bindparam("ids", expanding=True)))
    .order_by(Attachment.id)
)


def attachments_of(owner_type: str, ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """The files of all these owners by their id, oldest first, in one statement; every id has a list."""
    found: dict[int, list[Attachment]] = {each: [] for each in ids}
    if found:
        for row in db.session.scalars(_OF_OWNERS, {"type": owner_type, "ids": list(found)}):
            found[row.owner_id or 0].append(row)
    return found


def attachment_by_public_id(public_id: str) -> Attachment | None:
    """The file with that random name; whose it is, and who may see it, is for the caller to decide."""
    if not (public_id.isascii() and public_id.isprintable() and len(public_id) <= 43):
        return None
    return db.session.scalar(select(Attachment).filter_by(public_id=public_id))


def held_uploads(keys: Iterable[str]) -> list[Attachment]:
    """The files that a form holds by these plain keys and that belong to nothing yet, oldest first."""
    digests = key_digests(keys)
    if not digests:
        return []
    rows = select(Attachment).where(Attachment.upload_digest.in_(digests), Attachment.owner_type == UPLOAD)
    return list(db.session.scalars(rows.order_by(Attachment.id)))


def stored_names() -> set[str]:
    """The storage names of everything that has a row."""
    rows = db.session.execute(select(Attachment.storage_name, Attachment.picture_name))
    return {name for row in rows for name in row if name}


def key_digests(keys: Iterable[str]) -> Sequence[str]:
    """What is stored of upload keys; what cannot be a key is left out, and so is what comes twice."""
    plain = dict.fromkeys(key for key in keys if len(key) == 43 and key.isascii())
    return [hashlib.sha256(key.encode()).hexdigest() for key in plain]
