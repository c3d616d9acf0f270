"""A mail is kept as it came before anybody looks into it; the same mail twice is kept once (specs: SR-43)."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.attachments.originals import forget_original, own_original, save_original
from portal.attachments.storage import STORAGE, StorageFailed
from portal.foundation.crash import crash_point
from portal.foundation.database import db, end_reading, make_once_with_id, transaction
from portal.foundation.sql.trying import repeatable
from portal.inbox.models import ORIGINAL, IncomingMail
from portal.inbox.rules.judging import Reason, State

# Five files of 10 MB each as mails carry them, and the text.
LARGEST = 75 * 1024 * 1024
_MESSAGE_ID = re.compile(rb"^message-id:[ \t\r\n]*(<[^<>\r\n]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_HEAD = 64 * 1024
# What somebody wrote is no larger and may use the reserve of the disk; files may not (DR-15).
_MOST_WORDS = 256 * 1024


@dataclass(frozen=True)
class Arrival:
    """A mail as it arrived; `sender` and `recipients` are those of the envelope, where the mail server tells them.

    `reason` is why `raw` is not the mail but its head alone, or less.
    """

    raw: bytes
    mailbox: str
    received_at: datetime
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    reason: Reason | None = None


@repeatable
def keep_mail(arrival: Arrival, *, now: datetime) -> int:
    """Keep it; its number, or that of the same mail which was kept before. StorageFailed when there is no place."""
    fingerprint = fingerprint_of(arrival)
    earlier = db.session.scalar(select(IncomingMail.id).filter_by(fingerprint=fingerprint))
    if earlier is not None:
        return earlier
    end_reading()
    if len(arrival.raw) > _MOST_WORDS and not STORAGE.here().has_room(len(arrival.raw)):
        raise StorageFailed("what is left of the disk is kept for texts")
    stored = save_original(arrival.raw)
    with transaction():
        made = make_once_with_id(IncomingMail, _row(arrival, fingerprint))
        if made is not None:
            own_original(stored, owner=(ORIGINAL, made), name="mail.eml", media_type="message/rfc822", now=now)
    crash_point("mail_kept")
    if made is None:
        forget_original(stored)
        return db.session.scalars(select(IncomingMail.id).filter_by(fingerprint=fingerprint)).one()
    return made


def fingerprint_of(arrival: Arrival) -> str:
    """What makes two mails the same: mailbox and recipients, Message-ID, every byte."""
    found = _MESSAGE_ID.search(arrival.raw[:_HEAD])
    whose = "\n".join((arrival.mailbox, *arrival.recipients)).encode("utf-8", "replace")
    parts = (whose, found[1] if found else b"", hashlib.sha256(arrival.raw).digest())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _row(arrival: Arrival, fingerprint: str) -> dict[str, object]:
    return {
        "mailbox": arrival.mailbox[:200],
        "fingerprint": fingerprint,
        "size": len(arrival.raw),
        "envelope_sender": arrival.sender[:320] if arrival.sender is not None else None,
        "recipients": [each[:320] for each in arrival.recipients[:20]],
        "received_at": arrival.received_at,
        "state": State.NEW.value,
        "reason": arrival.reason.value if arrival.reason else "",
        "tries": 0,
        "sender": "",
        "sender_name": "",
        "subject": "",
        "message_id": "",
        "lines": "",
        "text": "",
        "files": [],
        "settled_by": "",
    }
