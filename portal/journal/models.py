"""Tables of the history: events of things, and entries of the audit, which triggers keep from being changed (OR-02)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Event(Model):
    """One entry of a thing's history, such as `question.answered`; never shown to customers as it is."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    verb: Mapped[str] = mapped_column(String(48))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(100), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AuditEntry(Model):
    """One entry of the audit: sign-in, failure, denial, role, export, erasure. Rows are only ever added."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "user_id", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    verb: Mapped[str] = mapped_column(String(48))
    user_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    network: Mapped[str] = mapped_column(String(48), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
