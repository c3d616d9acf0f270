"""Mails that came in, and how far each mailbox was read."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment

# The owner type of the bytes of a mail among the attachments.
ORIGINAL = "incoming_mail"


class IncomingMail(Model):
    """One mail as it came; its bytes are an attachment of the type `incoming_mail`.

    `fingerprint` is unique: the same mail from the same mailbox is one row, however often it is brought. `recipients`
    are those of the envelope, `envelope_sender` too; None where nobody told. What follows `state` is known once it was
    read. `question_id` is what it became or seems to belong to; `settled_by` who decided, "" for nobody.
    """

    __tablename__ = "incoming_mails"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "sender", "received_at"),
        Index(None, "question_id"),
        Index(None, "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    envelope_sender: Mapped[str | None] = mapped_column(String(320))
    recipients: Mapped[list[Any]] = mapped_column(JSON, default=list)
    received_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(12), default="new")
    reason: Mapped[str] = mapped_column(String(12), default="")
    tries: Mapped[int] = mapped_column(default=0)
    sender: Mapped[str] = mapped_column(String(254), default="")
    sender_name: Mapped[str] = mapped_column(String(100), default="")
    subject: Mapped[str] = mapped_column(String(1000), default="")
    message_id: Mapped[str] = mapped_column(String(250), default="")
    lines: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[Any]] = mapped_column(JSON, default=list)
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="SET NULL"))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str] = mapped_column(String(100), default="")


class MailboxProgress(Model):
    """How far a mailbox was read: its numbers rise, and a new `uid_validity` means that they were given anew.

    `read_at` is when it was last read to its end; `failing_since` since when it cannot be read, `problem` why. After
    numbers were given anew, until it was read to its end once, what came before `taken_since` is left out: only the day
    tells then what is new.
    """

    __tablename__ = "mailbox_progress"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_since: Mapped[datetime | None] = mapped_column(Moment)
    failing_since: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str] = mapped_column(String(200), default="")
