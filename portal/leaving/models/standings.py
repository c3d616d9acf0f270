"""Where a declaration stands, what was sent about it, and what people asked for afterwards."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class Standing(Model):
    """The changing side of one declaration; every change of `state` stands in the record as well.

    `match` explains the match field by field, `end_inputs` what the end was computed from with `rule_version`.
    `wished_on` is the wish as a date, where it is one; `effective_on` the end that counts. `flags` are remarks that
    want a person (`s312k6`, `authority`, `seems_withdrawal`, `too_late`, …). `work_due_at` is when somebody must have
    done `work`; None when nothing waits for a person. `email` is the address for confirmations, corrected where the
    typed one could not be used; "" for none. Once `locked_at` is set the declaration is only kept because a law says
    so: no list and no search shows it any more (Art. 18 GDPR).
    """

    __tablename__ = "declaration_standings"
    __table_args__ = (
        Index(None, "state", "effective_on"),
        Index(None, "work_due_at"),
        Index(None, "contract_id"),
        Index(None, "duplicate_of_id"),
    )

    declaration_id: Mapped[int] = mapped_column(
        ForeignKey("declarations.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(String(16), default="received")
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("declarations.id", ondelete="SET NULL"))
    email: Mapped[str] = mapped_column(Text, default="")
    contract_id: Mapped[int | None]
    match_rule: Mapped[str] = mapped_column(String(40), default="")
    match: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    wished_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    rule_version: Mapped[str] = mapped_column(String(16), default="")
    end_inputs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    work: Mapped[str] = mapped_column(String(24), default="")
    work_due_at: Mapped[datetime | None] = mapped_column(Moment)
    authority_due_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    contested_from: Mapped[str] = mapped_column(String(16), default="")
    objection_until: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    retention_until: Mapped[date | None]
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    has_legal_hold: Mapped[bool] = mapped_column(default=False)
    # Nothing uses these any more: a later release takes them away (docs/operating.md).
    matched_at: Mapped[datetime | None] = mapped_column(Moment)
    matched_by: Mapped[int | None]
    computed_on: Mapped[date | None]


class Delivery(Model):
    """One document on its way to one address; a mail's state is read from its notification.

    `document` is D2, D2b, D3 or D4 of the spec in small letters; `way` mail or letter; `to_hash` the hash of the
    address. `state` of a mail is `queued`, or, when it failed for good, what followed: `passed_on` or `undeliverable`;
    a letter is `alt_channel` until it was posted, then `done`.
    """

    __tablename__ = "leaving_deliveries"
    __table_args__ = (Index(None, "declaration_id"), Index(None, "notification_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id", ondelete="CASCADE"))
    document: Mapped[str] = mapped_column(String(8))
    way: Mapped[str] = mapped_column(String(8), default="mail")
    to_hash: Mapped[str] = mapped_column(String(64), default="")
    notification_id: Mapped[int | None] = mapped_column(ForeignKey("notifications.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(16), default="queued")
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)


class Objection(Model):
    """The holder of a contract says "this was not me"; people decide what follows."""

    __tablename__ = "leaving_objections"
    __table_args__ = (Index(None, "declaration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Moment)
    way: Mapped[str] = mapped_column(String(12), default="link")
    remark: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(String(16), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None]
    why: Mapped[str] = mapped_column(Text, default="")


class Retraction(Model):
    """Somebody wants to go on with a cancelled contract; it needs both sides (§ 130 (1) BGB)."""

    __tablename__ = "leaving_retractions"
    __table_args__ = (Index(None, "declaration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    way: Mapped[str] = mapped_column(String(12), default="receipt")
    decision: Mapped[str] = mapped_column(String(16), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None]
