"""Closed accounts, and everything that belongs to a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.queries import user_of
from portal.customers.models import Customer
from portal.departure.models import AccountClosing
from portal.foundation.database import db
from portal.foundation.personal_data import ALL_HOLDINGS, Kept, Trail
from portal.notifications.models import Notification
from portal.questions.models import Question
from portal.questions.rules import Status


def closing_of(user_id: int) -> AccountClosing | None:
    """The closing of this account that nobody took back."""
    rows = select(AccountClosing).filter_by(user_id=user_id, reopened_at=None).order_by(AccountClosing.id.desc())
    return db.session.scalars(rows.limit(1)).first()


def due_closings(now: datetime, limit: int) -> Sequence[int]:
    """The closings whose time has come."""
    rows = select(AccountClosing.id).where(AccountClosing.reopened_at.is_(None), AccountClosing.erase_at <= now)
    return db.session.scalars(rows.order_by(AccountClosing.id).limit(limit)).all()


def trail_of(user: User, *, now: datetime, spares_open: bool = False) -> Trail:
    """Everything that leads from an account to what is held of its owner."""
    closing = closing_of(user.id)
    rows = db.session.scalars(select(Customer).where(Customer.user_id == user.id)).all()
    ids = {row.id for row in rows} | ({closing.customer_id} if closing and closing.customer_id else set())
    addresses = {user.email} | {row.email for row in rows}
    return Trail(now, user_id=user.id, customer_ids=ids, addresses=addresses, spares_open=spares_open)


def trail_of_address(address: str, *, now: datetime) -> Trail | None:
    """Everything that leads from a (normalised) address to what is held under it; None for one of the staff.

    Whoever only declared something is known by the address alone.
    """
    user = user_of(address)
    if user is not None and user.is_staff:
        return None
    rows = db.session.scalars(select(Customer).where(Customer.email == address)).all()
    trail = trail_of(user, now=now) if user else Trail(now, addresses={address})
    trail.customer_ids |= {row.id for row in rows}
    return trail


def open_questions(trail: Trail, limit: int = 20) -> Sequence[Question]:
    """What the person has asked and nobody has closed, oldest first."""
    rows = select(Question).where(Question.customer_id.in_(trail.customer_ids), Question.status != Status.CLOSED)
    return db.session.scalars(rows.order_by(Question.id).limit(limit)).all()


def is_unknown(trail: Trail) -> bool:
    """Whether nothing at all is held of somebody: nothing to take along, nothing to keep, no mail on its way."""
    if trail.user_id or trail.customer_ids or kept_of(trail):
        return False
    mails = select(Notification.id).where(Notification.recipient.in_(trail.addresses)).limit(1)
    if db.session.scalar(mails) is not None:
        return False
    sections = (section for holding in ALL_HOLDINGS.here() for section in holding.export(trail))
    return all(next(iter(section.records), None) is None for section in sections)


def kept_of(trail: Trail) -> list[Kept]:
    """What must stay, with norm and date, in the reader's language."""
    return [kept for holding in ALL_HOLDINGS.here() for kept in holding.keep(trail)]
