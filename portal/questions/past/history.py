"""What history and ledger know of a question, up to a moment."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.foundation.database import db
from portal.journal.models import Event


def history_of(question_id: int) -> Sequence[Event]:
    """Everything that happened to it, in order."""
    rows = select(Event).where(Event.subject_type == "question", Event.subject_id == question_id)
    return db.session.scalars(rows.order_by(Event.id)).all()


def columns_of(row: Any, table: Any) -> dict[str, Any]:
    """The columns of a row by name."""
    return {column.key: getattr(row, column.key) for column in table.__table__.c}
