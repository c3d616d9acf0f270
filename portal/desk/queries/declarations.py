"""What the desk reads about one declaration: its steps, what was sent, who says it again."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from portal.accounts.models import User
from portal.foundation.database import db
from portal.leaving.models import Declaration, Delivery, RecordEntry
from portal.notifications.models import Notification


def steps_of(reference: str) -> Sequence[tuple[RecordEntry, str]]:
    """What happened to a declaration, the oldest first, each with the name of the colleague who did it, if one did."""
    rows = (
        select(RecordEntry, func.coalesce(User.name, ""))
        .outerjoin(User, and_(User.id == RecordEntry.actor_id, RecordEntry.actor_kind == "staff"))
        .filter(RecordEntry.reference == reference)
        .order_by(RecordEntry.position)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def deliveries_of(declaration_id: int) -> Sequence[tuple[Delivery, Notification | None]]:
    """Every document that was sent, with its mail."""
    rows = (
        select(Delivery, Notification)
        .outerjoin(Notification, Notification.id == Delivery.notification_id)
        .where(Delivery.declaration_id == declaration_id)
        .order_by(Delivery.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def repeated(declaration_id: int) -> Sequence[Declaration]:
    """Declarations that only say this one again."""
    return db.session.scalars(
        select(Declaration).where(Declaration.standing.has(duplicate_of_id=declaration_id)).order_by(Declaration.id)
    ).all()
