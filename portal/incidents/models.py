"""Incidents, the cases that belong to them, and messages to all of these."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Incident(Model):
    """One problem that many people have. `texts` holds title and text by language, `topics` the slugs it is about.

    `version` rises with every change: pages ask for it to know that they are old.
    """

    __tablename__ = "incidents"
    __table_args__ = (Index(None, "is_public", "over_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_public: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    over_at: Mapped[datetime | None] = mapped_column(Moment)


class IncidentCase(Model):
    """A question that belongs to an incident."""

    __tablename__ = "incident_cases"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    attached_at: Mapped[datetime] = mapped_column(Moment)


class IncidentMessage(Model):
    """One message to everybody: written once for each language; nothing goes out before `send_at`."""

    __tablename__ = "incident_messages"
    __table_args__ = (Index(None, "done_at", "send_at"), Index(None, "incident_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[str] = mapped_column(String(16))  # what follows it, as `Then` of the questions calls it
    created_at: Mapped[datetime] = mapped_column(Moment)
    send_at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class IncidentLetter(Model):
    """The same message to one of them: sent, or left out with the reason."""

    __tablename__ = "incident_letters"
    __table_args__ = (Index(None, "message_id", "settled_at"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("incident_messages.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str] = mapped_column(Text, default="")
