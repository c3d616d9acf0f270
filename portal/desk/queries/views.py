"""What the desk chooses from: colleagues and saved views."""

from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.rules import Action, roles_that
from portal.desk.models import SavedView
from portal.foundation.database import db
from portal.foundation.sql.prepared import Prepared

_MOST_COLLEAGUES = 200
# Editors see no cases and can be responsible for none.
# Plain texts: SQLite's driver asks everything else, also what only extends them, how it wants to be kept.
_ANSWERING = sorted(map(str, roles_that(Action.ANSWER)))

# Put together once: every case asks for it, with other things.
colleague_rows = (
    select(User.id, User.name)
    .where(User.role.in_(_ANSWERING), User.disabled_at.is_(None))
    .order_by(User.name, User.id)
    .limit(_MOST_COLLEAGUES)
)
_COLLEAGUES = Prepared(colleague_rows)


def colleagues() -> Any:
    """Id and name of everybody who can be responsible, by name; one statement."""
    return _COLLEAGUES.rows()


def is_colleague(user_id: int) -> bool:
    """Whether that person works here and can be responsible."""
    row = select(User.id).where(User.id == user_id, User.role.in_(_ANSWERING), User.disabled_at.is_(None))
    return db.session.scalar(row) is not None


def view_count(user_id: int) -> int:
    """How many views somebody has saved."""
    return db.session.scalar(select(func.count()).where(SavedView.user_id == user_id)) or 0
