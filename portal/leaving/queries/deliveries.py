"""Confirmations that failed for good, and letters that wait to be posted (spec leaving 2.14)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.foundation.database import db
from portal.keys.rules import digest
from portal.leaving.models import Delivery, Standing
from portal.leaving.rules.declarations import State
from portal.notifications.models import Notification

CONFIRMATIONS = ("d2", "d4")
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


def idle_letters(limit: int) -> list[int]:
    """Declarations with a letter to be posted that is nobody's work, because something else had to be done first."""
    rows = (
        select(Delivery.declaration_id)
        .join(Standing, Standing.declaration_id == Delivery.declaration_id)
        .where(Delivery.way == "letter", Delivery.state == "alt_channel", Standing.work == "")
    )
    return list(db.session.scalars(rows.distinct().limit(limit)))


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


def was_asked_lately(address: str, now: datetime) -> bool:
    """Whether the holder of that address was asked in the last day which contract is meant: one question is enough."""
    asked = Delivery.document == "question", Delivery.to_hash == digest(address.lower())
    rows = select(Delivery.id).where(*asked, Delivery.created_at > now - timedelta(days=1))
    return db.session.scalar(rows.limit(1)) is not None
