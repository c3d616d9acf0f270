"""Somebody has a case open: colleagues see it, so that nobody answers beside somebody else."""

from datetime import datetime

from sqlalchemy import update

from portal.desk.models import Presence
from portal.foundation.database import db, make_once, transaction


def note_presence(question_id: int, user_id: int, *, is_writing: bool, now: datetime) -> None:
    """This person looks at the case, or writes in it; the open page says so again every few seconds."""
    key = {"question_id": question_id, "user_id": user_id}
    seen = {"seen_at": now} | ({"wrote_at": now} if is_writing else {})
    with transaction():
        changed = update(Presence).filter_by(**key).values(**seen).execution_options(synchronize_session=False)
        if int(db.session.execute(changed).rowcount) == 0:  # type: ignore[attr-defined]
            make_once(Presence, key | {"seen_at": now, "wrote_at": now if is_writing else None})
