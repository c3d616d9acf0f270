"""Colleagues, tags, views and entries of the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from portal.accounts.models import User
from portal.accounts.rules import STAFF, Role
from portal.desk.models import QuestionTag, SavedView
from portal.foundation.chores import ChoreRun
from portal.foundation.database import db
from portal.foundation.rendering.paging import Page, Place, page_of_rows
from portal.journal.models import AuditEntry
from portal.notifications.models import Notification

AUDIT_SIZE, _PEOPLE, _TAGS, _VIEWS = 50, 500, 500, 200


@dataclass(frozen=True)
class AuditFilter:
    """What of the audit log is wanted: beginning of a verb, an address, days."""

    verb: str = ""
    address: str = ""
    first: datetime | None = None
    end: datetime | None = None


def staff_accounts() -> Sequence[User]:
    """Every account of somebody who works here, disabled ones last."""
    rows = select(User).where(User.role.in_(STAFF)).order_by(User.disabled_at.is_not(None), User.role, User.name)
    return db.session.scalars(rows.limit(_PEOPLE)).all()


def staff_account(user_id: int) -> User | None:
    """The account of a colleague."""
    row = select(User).where(User.id == user_id, User.role.in_(STAFF))
    return db.session.scalar(row.execution_options(populate_existing=True))


def admins_left(without: int) -> int:
    """How many administrators could still sign in without that one."""
    rows = select(func.count()).where(User.role == Role.ADMIN.value, User.disabled_at.is_(None), User.id != without)
    return db.session.scalar(rows) or 0


def tags_with_counts() -> Sequence[Any]:
    """Every tag with how many cases have it, by name."""
    rows = select(QuestionTag.tag, func.count().label("cases")).group_by(QuestionTag.tag).order_by(QuestionTag.tag)
    return db.session.execute(rows.limit(_TAGS)).all()


def views_to_tend(user_id: int, *, leads: bool) -> Sequence[tuple[SavedView, str]]:
    """One's own views, and for leads those that others share, each with the name of its owner."""
    mine = SavedView.user_id == user_id
    wanted = or_(mine, SavedView.is_shared) if leads else mine
    rows = select(SavedView, User.name).join(User, User.id == SavedView.user_id).where(wanted)
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(SavedView.name, SavedView.id).limit(_VIEWS))]


def audit_entries(wanted: AuditFilter, place: Place) -> Page[AuditEntry]:
    """One page of the entries that are wanted, the newest first."""
    rows = select(AuditEntry)
    if wanted.verb:
        rows = rows.where(AuditEntry.verb.startswith(wanted.verb, autoescape=True))
    if wanted.address:
        known = select(User.id).where(User.email == wanted.address)
        rows = rows.where(or_(AuditEntry.user_id.in_(known), AuditEntry.actor_id.in_(known)))
    if wanted.first:
        rows = rows.where(AuditEntry.at >= wanted.first)
    if wanted.end:
        rows = rows.where(AuditEntry.at < wanted.end)
    return page_of_rows(rows, place, AUDIT_SIZE, AuditEntry.id)


def audit_verbs() -> Sequence[str]:
    """Every verb that stands in the log."""
    return db.session.scalars(select(AuditEntry.verb).distinct().order_by(AuditEntry.verb).limit(100)).all()


def names_of(ids: Sequence[int]) -> dict[int, str]:
    """Name and address of these accounts."""
    rows = select(User.id, User.name, User.email).where(User.id.in_(ids))
    return {row.id: f"{row.name} <{row.email}>" for row in db.session.execute(rows)}


def worker_seen_at() -> datetime | None:
    """When a worker did something for the last time."""
    return db.session.scalar(select(func.max(ChoreRun.done_at)))


def mail_was_sent() -> bool:
    """Whether any mail has left the house."""
    return db.session.scalar(select(Notification.id).where(Notification.sent_at.is_not(None)).limit(1)) is not None
