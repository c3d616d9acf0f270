"""Confirmations that failed for good, and letters that wait to be posted (spec leaving 2.14)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update

from portal.customers.models import Customer
from portal.foundation.database import db
from portal.journal.models import AuditEntry
from portal.keys.rules import digest
from portal.leaving.models import Delivery, Standing
from portal.leaving.rules.declarations import State
from portal.notifications.models import Notification

CONFIRMATIONS = ("d2", "d4")
NOTICES = ("d2b", "d3")
# While these hold the holder must know of it; afterwards nothing is left to object to.
_OF_THE_HOLDER = (State.MATCHED.value, State.EFFECTIVE_SET.value)
# Before these nobody knows whose contract it is, and so no other address.
_UNDECIDED = (State.RECEIVED.value, State.AMBIGUOUS.value, State.UNMATCHED.value)


def failed_confirmations(limit: int) -> list[int]:
    """Declarations with a contract whose confirmation failed for good, and nothing followed yet."""
    rows = (
        select(Delivery.declaration_id)
        .join(Notification, Notification.id == Delivery.notification_id)
        .join(Standing, Standing.declaration_id == Delivery.declaration_id)
        .where(Delivery.document.in_(CONFIRMATIONS), Delivery.state == "queued", Notification.failed_at.is_not(None))
        .where(Standing.state.not_in(_UNDECIDED), Standing.contract_id.is_not(None))
    )
    return list(db.session.scalars(rows.distinct().limit(limit)))


def failed_notices(limit: int) -> list[int]:
    """Declarations of which the holder was told by a mail that failed for good, and nothing followed yet."""
    rows = _failed_notices(Delivery.declaration_id).join(Standing, Standing.declaration_id == Delivery.declaration_id)
    return list(db.session.scalars(rows.where(Standing.state.in_(_OF_THE_HOLDER)).distinct().limit(limit)))


def failed_notices_of(declaration_id: int) -> Sequence[Delivery]:
    """Mails to the holder about this declaration that failed for good, the oldest first."""
    rows = _failed_notices(Delivery).where(Delivery.declaration_id == declaration_id)
    return db.session.scalars(rows.order_by(Delivery.id)).all()


def _failed_notices(what: Any) -> Select[Any]:
    return (
        select(what)
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(Delivery.document.in_(NOTICES), Delivery.state == "queued", Notification.failed_at.is_not(None))
    )


def idle_letters(limit: int) -> list[int]:
    """Declarations with a letter to be posted that is nobody's work, because something else had to be done first."""
    rows = (
        select(Delivery.declaration_id)
        .join(Standing, Standing.declaration_id == Delivery.declaration_id)
        .where(Delivery.way == "letter", Delivery.state == "alt_channel", Standing.work == "")
    )
    return list(db.session.scalars(rows.distinct().limit(limit)))


def held_mails(kinds: Iterable[str], limit: int) -> Sequence[Notification]:
    """Mails of these kinds that are held back because their address was sent enough for now, the oldest first."""
    waits = (Notification.due_at.is_not(None), Notification.held_at.is_not(None), Notification.claimed_at.is_(None))
    rows = select(Notification).where(*waits, Notification.sent_at.is_(None), Notification.kind.in_(sorted(kinds)))
    fresh = rows.order_by(Notification.id).limit(limit).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def waiting_bundle(of: Notification, kind: str) -> Notification | None:
    """The newest mail of that kind to the same address, in the same language, that still waits."""
    same = (
        Notification.recipient == of.recipient,
        Notification.language == of.language,
        Notification.is_confirmed == of.is_confirmed,
    )
    waits = (Notification.sent_at.is_(None), Notification.failed_at.is_(None), Notification.claimed_at.is_(None))
    rows = select(Notification).where(Notification.kind == kind, *same, *waits).order_by(Notification.id.desc())
    return db.session.scalar(rows.limit(1).execution_options(populate_existing=True))


def pass_to_bundle(mails: Sequence[int], bundle: int) -> Sequence[int]:
    """These documents travel in that mail; the declarations that they belong to."""
    moved = update(Delivery).where(Delivery.notification_id.in_(mails)).values(notification_id=bundle)
    return db.session.scalars(
        moved.returning(Delivery.declaration_id).execution_options(synchronize_session=False)
    ).all()


def confirmations_of(declaration_id: int) -> Sequence[tuple[Delivery, Notification | None]]:
    """Every confirmation with its mail, the oldest first; a letter has none."""
    rows = (
        select(Delivery, Notification)
        .outerjoin(Notification, Notification.id == Delivery.notification_id)
        .where(Delivery.declaration_id == declaration_id, Delivery.document.in_(CONFIRMATIONS))
        .order_by(Delivery.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def waiting_letter(declaration_id: int) -> Delivery | None:
    """The letter that is to be posted, if any."""
    rows = select(Delivery).filter_by(declaration_id=declaration_id, way="letter", state="alt_channel")
    return db.session.scalar(rows.limit(1))


def changed_address_since(customer: Customer, moment: datetime) -> bool:
    """Whether the address of an account was changed after that moment."""
    rows = select(AuditEntry.id).where(
        AuditEntry.user_id == customer.user_id, AuditEntry.verb == "address.changed", AuditEntry.at > moment
    )
    return customer.user_id is not None and db.session.scalar(rows.limit(1)) is not None


def was_asked_lately(address: str, now: datetime) -> bool:
    """Whether the holder of that address was asked in the last day which contract is meant: one question is enough."""
    asked = Delivery.document == "question", Delivery.to_hash == digest(address.lower())
    rows = select(Delivery.id).where(*asked, Delivery.created_at > now - timedelta(days=1))
    return db.session.scalar(rows.limit(1)) is not None
