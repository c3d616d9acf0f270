"""What files hold: the bytes somebody sent. Rows go with what they belong to, bytes within minutes after that."""

from portal.attachments.discarding import discard
from portal.attachments.models import Attachment
from portal.attachments.rules import KEPT, Scan
from portal.attachments.storage import STORAGE
from portal.foundation.personal_data import Holding, TakenFile, Trail, pieces


def _erase(trail: Trail) -> None:
    """Files of messages; and what waits with texts that were not sent, to questions that go or of people who go."""
    for some in pieces(trail.of("message")):
        discard(Attachment.owner_type == "message", Attachment.owner_id.in_(some), now=trail.now)
    for some in pieces(trail.of("question")):
        discard(Attachment.owner_type == KEPT, Attachment.owner_id.in_(some), now=trail.now)
    for some in pieces(trail.of("user")):
        discard(Attachment.owner_type == KEPT, Attachment.keeper_id.in_(some), now=trail.now)


def taken_file(folder: str, row: Attachment) -> TakenFile | None:
    """A file to take along; None for one that a virus scanner blocked."""
    if row.scan == Scan.BLOCKED:
        return None
    return TakenFile(f"{folder}/{row.id}-{row.name}", lambda: STORAGE.here().open(row.storage_name))


HOLDINGS = (Holding("attachments", tables=("attachments", "discarded_files", "upload_counts"), erase=_erase),)
