"""Files that people sent; the bytes lie under a random name outside of every address (SR-27)."""

from datetime import date, datetime

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Attachment(Model):
    """One stored file. It belongs to an `owner` ("message" and its id), or to nobody yet while a form is written.

    A file that waits with a text of ours ("draft" and the id of what is written to) has a `keeper_id`: who writes.

    `public_id` is a random name for addresses. `upload_digest` is the hash of the key with which the form that is
    being written holds the file; it is emptied once the file belongs to something.
    """

    __tablename__ = "attachments"
    __table_args__ = (Index(None, "owner_type", "owner_id"), Index(None, "owner_type", "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(43), unique=True)
    owner_type: Mapped[str] = mapped_column(String(24), default="upload")
    owner_id: Mapped[int | None]
    keeper_id: Mapped[int | None]
    upload_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_name: Mapped[str] = mapped_column(String(64), unique=True)
    picture_name: Mapped[str | None] = mapped_column(String(64))
    picture_width: Mapped[int | None]
    picture_height: Mapped[int | None]
    scan: Mapped[str] = mapped_column(String(12), default="unchecked")
    created_at: Mapped[datetime] = mapped_column(Moment)


class UploadCount(Model):
    """How many bytes somebody (a network address or a mail address, as a hash) sent on a day (SR-27: 100 MB)."""

    __tablename__ = "upload_counts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    sender: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(default=0)


class DiscardedFile(Model):
    """Bytes whose row is gone, written down in the same transaction; the worker removes them at once."""

    __tablename__ = "discarded_files"

    storage_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
