"""What waits in the outbox, and what was sent lately."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select

from portal.foundation.database import db
from portal.foundation.rendering.paging import FIRST, Page, Place, page_of_rows
from portal.notifications.models import DeliveryAttempt, Notification, RefusedAddress

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_WAITING = and_(Notification.sent_at.is_(None), Notification.failed_at.is_(None))


def due(now: datetime, *, limit: int, takes_over: bool = True) -> Sequence[Notification]:
    """The mails somebody should send now, longest due first; without `takes_over` none that another worker holds."""
    rows = select(Notification).where(Notification.due_at <= now)
    if not takes_over:
        rows = rows.where(Notification.claimed_at.is_(None))
    # What is read may have been read before in this session, and changed since.
    ordered = rows.order_by(Notification.due_at, Notification.id).limit(limit).execution_options(populate_existing=True)
    return db.session.scalars(ordered).all()


def holders() -> Sequence[str]:
    """The workers that hold mails."""
    return db.session.scalars(
        select(Notification.claimed_by)
        .distinct()
        .where(Notification.due_at.is_not(None), Notification.claimed_at.is_not(None))
    ).all()


def is_refused(address: str) -> bool:
    """Whether the holder of this address said "not me"."""
    return db.session.get(RefusedAddress, address) is not None


def sent_lately(address: str, kinds: Sequence[str], now: datetime) -> Sequence[datetime]:
    """When mails that strangers can cause went to this address in the last day, newest first."""
    found = db.session.scalars(
        select(Notification.sent_at)
        .where(Notification.recipient == address, Notification.sent_at > now - DAY, _by_strangers(kinds))
        .order_by(Notification.sent_at.desc())
        .limit(20)
    )
    return [moment for moment in found if moment is not None]


def sent_of_kinds(address: str, kinds: Sequence[str], now: datetime) -> Sequence[datetime]:
    """When mails of these kinds went to this address in the last day, newest first."""
    found = db.session.scalars(
        select(Notification.sent_at)
        .where(Notification.recipient == address, Notification.sent_at > now - DAY, Notification.kind.in_(kinds))
        .order_by(Notification.sent_at.desc())
        .limit(20)
    )
    return [moment for moment in found if moment is not None]


def held_by_others(row: Notification, kinds: Sequence[str], now: datetime) -> int:
    """How many such mails to the same address are being sent at this moment, before this one."""
    counted = select(func.count()).where(
        Notification.recipient == row.recipient,
        Notification.sent_at.is_(None),
        Notification.claimed_at.is_not(None),
        Notification.due_at > now,
        Notification.id < row.id,
        _by_strangers(kinds),
    )
    return db.session.scalar(counted) or 0


def was_ever_written_to(address: str) -> bool:
    """Whether any mail was sent to this address before."""
    return (
        db.session.scalar(
            select(Notification.id).where(Notification.recipient == address, Notification.sent_at.is_not(None)).limit(1)
        )
        is not None
    )


def unconfirmed_contacts(now: datetime) -> int:
    """How many addresses that nobody has confirmed were written to in the last hour."""
    counted = select(func.count(distinct(Notification.recipient))).where(
        Notification.is_confirmed.is_(False), Notification.sent_at > now - HOUR
    )
    return db.session.scalar(counted) or 0


def oldest_due(now: datetime) -> datetime | None:
    """Since when the longest overdue mail should have been sent; None when none is."""
    return db.session.scalar(select(func.min(Notification.due_at)).where(Notification.due_at <= now))


def waiting(now: datetime, *, older_than: timedelta, kinds: Sequence[str] = ()) -> int:
    """How many mails (of these kinds) wait longer than that, neither sent nor failed nor held back by limits."""
    counted = select(func.count()).where(
        Notification.due_at.is_not(None), Notification.held_at.is_(None), Notification.created_at < now - older_than
    )
    return db.session.scalar(counted.where(Notification.kind.in_(kinds)) if kinds else counted) or 0


def listed(state: str, place: Place = FIRST, *, limit: int) -> Page[Notification]:
    """One page of the mails of a state, the newest first: `failed`, `held`, `waiting`, `sent` or `all`."""
    conditions: dict[str, ColumnElement[bool]] = {
        "failed": Notification.failed_at.is_not(None),
        "held": and_(_WAITING, Notification.held_at.is_not(None)),
        "waiting": _WAITING,
        "sent": and_(Notification.sent_at.is_not(None), Notification.failed_at.is_(None)),
        "all": Notification.id.is_not(None),
    }
    return page_of_rows(select(Notification).where(conditions[state]), place, limit, Notification.id)


def attempts_of(notification_id: int) -> Sequence[DeliveryAttempt]:
    """Every try to send one mail, in order."""
    rows = select(DeliveryAttempt).filter_by(notification_id=notification_id).order_by(DeliveryAttempt.id)
    return db.session.scalars(rows).all()


def attempts_of_all(ids: Sequence[int]) -> dict[int, list[DeliveryAttempt]]:
    """Every try to send each of these mails, in order; one statement."""
    rows = select(DeliveryAttempt).where(DeliveryAttempt.notification_id.in_(ids)).order_by(DeliveryAttempt.id)
    found: dict[int, list[DeliveryAttempt]] = {}
    for each in db.session.scalars(rows):
        found.setdefault(each.notification_id, []).append(each)
    return found


def _by_strangers(kinds: Sequence[str]) -> ColumnElement[bool]:
    return or_(Notification.is_confirmed.is_(False), Notification.kind.in_(kinds))
