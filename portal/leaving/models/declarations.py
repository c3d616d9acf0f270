"""Declarations as people made them. Triggers of the database refuse every change of a row (spec 2.1, 2.13)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.foundation.database import Model
from portal.foundation.moments import Moment
from portal.leaving.models.standings import Standing


class Declaration(Model):
    """What a person said, and how and when it came. Where it stands is `standing`.

    `stamp` is unique: the same form with the same content makes one row. `content_digest` finds the same words said
    again. `salt` and the columns make the hash that the record keeps of this row.
    """

    __tablename__ = "declarations"
    __table_args__ = (Index(None, "content_digest", "received_at"), Index(None, "kind", "received_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")
    identity: Mapped[str] = mapped_column(Text, default="")
    about: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    is_on_date: Mapped[bool] = mapped_column(default=False)
    wished: Mapped[str] = mapped_column(Text, default="")
    part: Mapped[str] = mapped_column(Text, default="")
    raw_fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    canonical_text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    declared_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    zone: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    url: Mapped[str] = mapped_column(String(300), default="")
    page_version: Mapped[str] = mapped_column(String(16), default="")
    label_version: Mapped[str] = mapped_column(String(16), default="")
    form_sha256: Mapped[str] = mapped_column(String(64), default="")
    stamp: Mapped[str] = mapped_column(String(64), unique=True)
    content_digest: Mapped[str] = mapped_column(String(64))
    marks: Mapped[list[str]] = mapped_column(JSON, default=list)
    question_number: Mapped[str] = mapped_column(String(16), default="")
    taken_by: Mapped[int | None]
    is_spooled: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[str] = mapped_column(String(32))

    standing: Mapped[Standing] = relationship(
        lazy="joined", uselist=False, passive_deletes=True, foreign_keys=[Standing.declaration_id]
    )


class FormPage(Model):
    """The HTML of a form that people saw, once for each version: the proof of which page it was (spec 2.13)."""

    __tablename__ = "leaving_form_pages"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    html: Mapped[str] = mapped_column(Text)
    first_at: Mapped[datetime] = mapped_column(Moment)
