"""Keep a queue with its filters under a name, and forget it again."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select

from portal.desk.models import SavedView
from portal.desk.queries.views import view_count
from portal.desk.rules import Filter, Queue
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError

MOST_VIEWS = 30


class TooManyViews(PortalError):
    """A list that long helps nobody."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("You have %(number)s saved views. Please remove one first.", number=MOST_VIEWS))


def save_view(user_id: int, name: str, queue: Queue, wanted: Filter, *, is_shared: bool, now: datetime) -> SavedView:
    """A named view of this person; `is_shared` shows it to everybody at the desk. TooManyViews refuses.

    The same one under the same name is kept once.
    """
    same = {"user_id": user_id, "name": name, "queue": queue.value, "address": wanted.address[:500]}
    with transaction():
        earlier = db.session.scalars(select(SavedView).filter_by(**same).limit(1)).first()
        if earlier is not None:
            earlier.is_shared = is_shared
            return earlier
        if view_count(user_id) >= MOST_VIEWS:
            raise TooManyViews
        view = SavedView(**same, is_shared=is_shared, created_at=now)
        db.session.add(view)
    return view


def remove_view(view_id: int, user_id: int) -> None:
    """Forget a view of one's own; nothing happens to one of somebody else."""
    with transaction():
        db.session.execute(delete(SavedView).where(SavedView.id == view_id, SavedView.user_id == user_id))
