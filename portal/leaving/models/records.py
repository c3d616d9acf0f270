"""The record that only grows: each entry carries the hash of the one before; triggers refuse changes (spec 2.13)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class RecordEntry(Model):
    """One step of one declaration. `facts` never hold a word that a person typed, nor an address, nor a network."""

    __tablename__ = "leaving_records"
    __table_args__ = (Index(None, "reference", "position"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    verb: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class RecordHead(Model):
    """The newest entry's position and hash, in one row: whoever adds an entry holds it until the commit."""

    __tablename__ = "leaving_record_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
