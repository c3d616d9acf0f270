"""The outbox: what is to be sent, each try to send it, and notices for the staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Notification(Model):
    """One mail to one address; the truth about what was sent (DR-05). `payload` holds what its template needs.

    `stamp` is unique: the same event never makes two rows for one recipient. Keys of links leave the payload after
    sending (SR-03). `due_at` is when somebody should do something next: send it, or, while a worker holds it
    (`claimed_at`), take it over; None when it was sent or has failed. `held_at` is set while limits keep it back.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index(None, "due_at"),
        Index(None, "recipient", "sent_at"),
        Index(None, "is_confirmed", "sent_at"),
        Index(None, "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    stamp: Mapped[str] = mapped_column(String(120), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    thread: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_by: Mapped[str] = mapped_column(String(64), default="")
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    held_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str] = mapped_column(Text, default="")


class DeliveryAttempt(Model):
    """One try to send a notification, and how it ended."""

    __tablename__ = "delivery_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text, default="")


class StaffNotice(Model):
    """Something that staff should know: a new question, a reply, a warning, a promise missed. The desk shows it."""

    __tablename__ = "staff_notices"
    __table_args__ = (Index(None, "user_id", "seen_at", "role"), Index(None, "subject_type", "subject_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    stamp: Mapped[str] = mapped_column(String(120), unique=True)
    user_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(String(16), default="")
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


class RefusedAddress(Model):
    """An address whose holder said "not me": nothing is sent there that somebody else can cause."""

    __tablename__ = "refused_addresses"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
