"""What the worker does for accounts: remove counted tries and sessions that ended long ago."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

from portal.accounts.models import Session, Tries
from portal.foundation.chores import Chore
from portal.foundation.database import db, transaction

# Ended sessions are kept this long, so that somebody can be told from where an account was used; audits last longer.
_SESSIONS_KEPT = timedelta(days=30)
_PIECE = 1000


def remove_tries(now: datetime) -> bool:
    """Forget counted tries whose span is over, a thousand at a time; True when more are waiting."""
    old = select(Tries.kind, Tries.subject, Tries.span).where(Tries.ends_at < now).limit(_PIECE)
    rows = db.session.execute(old).all()
    with transaction():
        for kind, subject, span in rows:
            db.session.execute(delete(Tries).where(Tries.kind == kind, Tries.subject == subject, Tries.span == span))
    return len(rows) == _PIECE


def remove_sessions(now: datetime) -> bool:
    """Remove sessions that ended a month ago, a thousand at a time; True when more are waiting."""
    numbers = list(db.session.scalars(select(Session.id).where(*_old(now)).limit(_PIECE)))
    if numbers:
        with transaction():
            db.session.execute(delete(Session).where(Session.id.in_(numbers)))
    return len(numbers) == _PIECE


def _old(now: datetime) -> tuple[Any, ...]:
    return (or_(Session.ended_at < now - _SESSIONS_KEPT, Session.expires_at < now - _SESSIONS_KEPT),)


def _has_tries(now: datetime) -> bool:
    return db.session.scalar(select(Tries.kind).where(Tries.ends_at < now).limit(1)) is not None


CHORES = (
    Chore("accounts.tries", remove_tries, every=timedelta(minutes=10), is_due=_has_tries, trusts_clock=True),
    Chore("accounts.sessions", remove_sessions, every=timedelta(hours=6), trusts_clock=True),
)
