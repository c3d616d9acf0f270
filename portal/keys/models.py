"""Tables of random keys; what is stored is a hash, so that a stolen database opens nothing (SR-03)."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Key(Model):
    """A random key for one purpose and one thing; it always ends, and can be revoked."""

    __tablename__ = "keys"
    __table_args__ = (Index(None, "subject_id", "purpose"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    address: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class FormStamp(Model):
    """A form that was sent: the same stamp again gives the same answer, never a second thing (DR-03)."""

    __tablename__ = "form_stamps"
    __table_args__ = (UniqueConstraint("form", "stamp"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(32))
    stamp: Mapped[str] = mapped_column(String(64))
    content_digest: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
