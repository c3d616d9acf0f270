"""What the desk reads about one declaration: its steps, what was sent, who says it again."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.accounts.models import User
from portal.foundation.database import db
from portal.leaving.models import Declaration, Delivery, RecordEntry
from portal.notifications.models import Notification


def steps_of(reference: str) -> Sequence[RecordEntry]:
    """What happened to a declaration, the oldest first."""
    rows = select(RecordEntry).filter_by(reference=reference).order_by(RecordEntry.position)
    return db.session.scalars(rows).all()


def names_of(ids: set[int]) -> dict[int, str]:
    """Names of colleagues by their number."""
    rows = select(User.id, User.name).where(User.id.in_(ids)) if ids else None
    return {row[0]: row[1] for row in db.session.execute(rows)} if rows is not None else {}


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
