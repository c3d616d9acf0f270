"""Begin and end sign-ins: every one is a row, every change of who somebody is makes a new one (SR-05)."""

from datetime import datetime
from typing import Any

import flask_login
from flask import g, request
from sqlalchemy import update

from portal.accounts.access import current_session, forget_who, network
from portal.accounts.models import Session, User
from portal.accounts.occasions import WHEN_RETURNED
from portal.accounts.rules import session_end
from portal.foundation.database import db
from portal.keys.rules import digest, new_key

_BROWSER_LIMIT = 200


def add_session(
    user: User, *, now: datetime, is_half: bool = False, is_proof: bool = True, network: str = "", browser: str = ""
) -> tuple[str, Session]:
    """The key and the row of a new sign-in, inside the caller's transaction.

    `is_proof`: it has just proven who it is, as every sign-in does but one that a provider remembers.
    """
    key = new_key()
    row = Session(
        digest=digest(key),
        user_id=user.id,
        is_half=is_half,
        created_at=now,
        seen_at=now,
        expires_at=session_end(user.role, is_half=is_half, now=now),
        proved_at=now if is_proof else None,
        network=network,
        browser=browser[:_BROWSER_LIMIT],
    )
    db.session.add(row)
    return key, row


def begin_session(user: User, *, now: datetime, is_half: bool = False, is_proof: bool = True) -> str:
    """A new sign-in for this request's browser, inside the caller's transaction; the one it carried ends.

    A whole one opens a closed account again; the overview that follows says so.

    Call `carry` with the returned key after the transaction.
    """
    earlier = current_session()
    if earlier is not None:
        end_session(earlier.id, user_id=earlier.user_id, now=now)
    if user.closed_at is not None and not is_half:
        WHEN_RETURNED.here()(user, now)
        g.has_returned = True
    here = {"network": network(), "browser": request.user_agent.string}
    return add_session(user, now=now, is_half=is_half, is_proof=is_proof, **here)[0]


def carry(user: User, key: str) -> None:
    """Give this request's browser the key of its new sign-in; nothing of before stays in it."""
    user.session_key = key
    flask_login.login_user(user, force=True)
    forget_who()


def forget() -> None:
    """Take the key away from this request's browser, also when nothing is kept of whoever had it any more."""
    forget_who()
    flask_login.logout_user()
    forget_who()


def end_session(session_id: int, *, user_id: int, now: datetime) -> bool:
    """End one sign-in of that person, inside the caller's transaction; False when it was not theirs or had ended."""
    return _end(now, Session.id == session_id, Session.user_id == user_id) == 1


def end_sessions(user_id: int, *, now: datetime, but: int | None = None) -> int:
    """End all sign-ins of that person (except the one with the number `but`); how many there were."""
    rules = [Session.user_id == user_id, *([Session.id != but] if but is not None else [])]
    return _end(now, *rules)


def _end(now: datetime, *rules: Any) -> int:
    ending = (
        update(Session)
        .where(Session.ended_at.is_(None), *rules)
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(ending).rowcount)  # type: ignore[attr-defined]
