"""What files hold: the bytes somebody sent. Rows go with what they belong to, bytes within minutes after that."""

from sqlalchemy import select

from portal.attachments.models import Attachment, DiscardedFile
from portal.attachments.rules import Scan
from portal.attachments.storage import storage
from portal.foundation.database import db, make_once
from portal.foundation.personal_data import Holding, TakenFile, Trail, pieces, remove_where


def _erase(trail: Trail) -> None:
    """The names of the bytes are written down, so that they go also when this machine stops right after the commit."""
    for some in pieces(trail.of("message")):
        of_these = (Attachment.owner_type == "message", Attachment.owner_id.in_(some))
        rows = db.session.execute(select(Attachment.storage_name, Attachment.picture_name).where(*of_these)).all()
        for name in (name for row in rows for name in row if name):
            make_once(DiscardedFile, {"storage_name": name, "created_at": trail.now})
    remove_where(Attachment.owner_id, trail.of("message"), Attachment.owner_type == "message")


def taken_file(folder: str, row: Attachment) -> TakenFile | None:
    """A file to take along; None for one that a virus scanner blocked."""
    if row.scan == Scan.BLOCKED:
        return None
    return TakenFile(f"{folder}/{row.id}-{row.name}", lambda: storage().open(row.storage_name))


HOLDINGS = (Holding("attachments", tables=("attachments", "discarded_files", "upload_counts"), erase=_erase),)
