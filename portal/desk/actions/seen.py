"""Mark notices as seen. One for a role or for everybody is seen once somebody has seen it."""

from datetime import datetime

from sqlalchemy import update

from portal.accounts.rules import Person
from portal.desk.queries.queues import is_for
from portal.foundation.database import db, transaction
from portal.notifications.models import StaffNotice


def mark_seen(user: Person, *, now: datetime, only: int | None, up_to: int | None) -> None:
    """One notice, or all up to one: what came after the page was opened stays new. Not those of others."""
    condition = StaffNotice.id == only if only is not None else StaffNotice.id <= (up_to or 0)
    seen = update(StaffNotice).where(is_for(user), StaffNotice.seen_at.is_(None), condition).values(seen_at=now)
    with transaction():
        db.session.execute(seen.execution_options(synchronize_session=False))
