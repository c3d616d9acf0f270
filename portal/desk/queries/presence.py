"""Who else has a case open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import User
from portal.desk.models import Presence
from portal.foundation.database import db

# An open page says so every fifteen seconds; one that was silent three times is gone.
HERE_FOR = timedelta(seconds=45)
_MOST = 10


@dataclass(frozen=True)
class Colleague:
    """Somebody who has the case open just now."""

    name: str
    is_writing: bool


def others_at(question_id: int, user_id: int, now: datetime) -> Sequence[Colleague]:
    """Everybody else who looks at the case now, by name."""
    since = now - HERE_FOR
    rows = (
        select(User.name, Presence.wrote_at)
        .join(Presence, Presence.user_id == User.id)
        .where(Presence.question_id == question_id, Presence.user_id != user_id, Presence.seen_at > since)
        .order_by(User.name)
        .limit(_MOST)
    )
    return [Colleague(name, wrote_at is not None and wrote_at > since) for name, wrote_at in db.session.execute(rows)]
