"""Take files in, hold them for a form, give them to what was written, throw them away."""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from flask_babel import gettext as _
from sqlalchemy import delete, update

from portal.attachments.inspecting import Refused, Seen, inspect
from portal.attachments.models import Attachment
from portal.attachments.pictures import Picture, remade
from portal.attachments.queries import held_uploads, key_digests
from portal.attachments.quota import count_bytes
from portal.attachments.rules import MOST_FILES, MOST_LOOKED_AT, UPLOAD, Incoming, Reason, Refusal, Sender, cleaned_name
from portal.attachments.storage import STORAGE, StorageFailed
from portal.attachments.words import refusal
from portal.foundation.crash import crash_point
from portal.foundation.database import db, end_reading, transaction
from portal.foundation.errors import PortalError


@dataclass(frozen=True)
class Upload:
    """A file that a form holds: the plain key for its hidden field `uploads`, and its row."""

    key: str
    attachment: Attachment


@dataclass(frozen=True)
class Received:
    """What became of the files of one request."""

    accepted: list[Upload] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The plain keys of everything that was taken, for `attach`."""
        return [each.key for each in self.accepted]


class UploadsGone(PortalError):
    """Files that the form held were removed meanwhile; the form should be shown again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("A file you added is no longer held. Please add it again and send once more."))


def receive(files: Iterable[Incoming], *, sender: Sender, now: datetime, held: int = 0) -> Received:
    """Check, re-encode and store files, then make their rows in one short transaction; call it outside of any.

    `held` is how many files the form holds already. Whatever is wrong with a file is a refusal, never an error, and a
    refused file leaves its place to the next one.
    """
    received = Received()
    rows: list[Attachment] = []
    for number, each in enumerate(files):
        # Looking at a file and making a picture anew takes a while: no connection is held meanwhile.
        end_reading()
        if number >= MOST_LOOKED_AT or held + len(rows) >= MOST_FILES:
            received.refused.append(refusal(cleaned_name(each.name), Reason.MANY))
            continue
        taken = _take(each, sender=sender, now=now)
        if isinstance(taken, Refusal):
            received.refused.append(taken)
        else:
            rows.append(taken.attachment)
            received.accepted.append(taken)
    if rows:
        with transaction():
            db.session.add_all(rows)
    return received


def attach(keys: Sequence[str], *, owner: tuple[str, int], now: datetime, keeper_id: int | None = None) -> int:
    """Give held files to what was written (`("message", 12)`), inside the caller's transaction; how many.

    UploadsGone when one of them is not held any more, so that nothing is sent without a file that was meant. What
    waits with a text of ours (`KEPT`) needs its keeper.
    """
    digests = key_digests(keys)
    if not digests:
        return 0
    if len(digests) > MOST_FILES:
        raise UploadsGone
    given = (
        update(Attachment)
        .where(Attachment.upload_digest.in_(digests), Attachment.owner_type == UPLOAD)
        .values(owner_type=owner[0], owner_id=owner[1], keeper_id=keeper_id, upload_digest=None, created_at=now)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(given).rowcount != len(digests):  # type: ignore[attr-defined]
        raise UploadsGone
    crash_point("after_attachment_rows")
    return len(digests)


def drop_upload(key: str) -> bool:
    """Throw a held file away, row first; False when no form holds it any more."""
    rows = held_uploads([key])
    if not rows:
        return False
    with transaction():
        gone = delete(Attachment).where(Attachment.id == rows[0].id, Attachment.owner_type == UPLOAD)
        was_held = db.session.execute(gone.execution_options(synchronize_session=False)).rowcount == 1  # type: ignore[attr-defined]
    if was_held:
        forget_bytes(rows[0])
    return was_held


def forget_bytes(attachment: Attachment) -> None:
    """Remove what is stored for a file whose row is gone; the rest is found without a row tomorrow."""
    for name in (attachment.storage_name, attachment.picture_name):
        if name:
            with suppress(StorageFailed):
                STORAGE.here().remove(name)


def _take(each: Incoming, *, sender: Sender, now: datetime) -> Upload | Refusal:
    name = cleaned_name(each.name)
    try:
        if each.is_lost:
            raise Refused(Reason.ROOM)
        seen = inspect(each)
        picture = remade(each.file) if seen.kind.is_picture else None
        if not STORAGE.here().has_room(2 * seen.size):
            raise Refused(Reason.ROOM)
        if not count_bytes(sender, seen.size, now=now):
            raise Refused(Reason.QUOTA)
        return _store(each, seen, picture, now=now)
    except Refused as refused:
        return refusal(name, refused.reason)
    except StorageFailed:
        return refusal(name, Reason.ROOM)


def _store(each: Incoming, seen: Seen, picture: Picture | None, *, now: datetime) -> Upload:
    each.file.seek(0)
    original = STORAGE.here().save(each.file)
    try:
        shown = STORAGE.here().save(BytesIO(picture.content)) if picture else None
    except StorageFailed:
        with suppress(StorageFailed):
            STORAGE.here().remove(original.name)
        raise
    key = secrets.token_urlsafe(32)
    row = Attachment(
        public_id=secrets.token_urlsafe(32),
        owner_type=UPLOAD,
        upload_digest=key_digests([key])[0],
        name=seen.name,
        media_type=seen.kind.media_type,
        size=original.size,
        sha256=original.sha256,
        storage_name=original.name,
        picture_name=shown.name if shown else None,
        picture_width=picture.width if picture else None,
        picture_height=picture.height if picture else None,
        created_at=now,
    )
    return Upload(key, row)
