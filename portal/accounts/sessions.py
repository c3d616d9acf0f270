"""Begin and end sign-ins: every one is a row, every change of who somebody is makes a new one (SR-05)."""

from datetime import datetime
from threading import Lock
from typing import Any

import flask_login
from flask import request
from sqlalchemy import case, update

from portal.accounts.access import current_session, forget_who, network
from portal.accounts.models import Session, User
from portal.accounts.occasions import returned
from portal.accounts.rules import SEEN_AT_ONCE, SEEN_EVERY, Person, session_end
from portal.foundation import clock
from portal.foundation.database import db, transaction
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

    A whole one opens a closed account again.

    Call `carry` with the returned key after the transaction.
    """
    earlier = current_session()
    if earlier is not None:
        end_session(earlier.id, user_id=earlier.user_id, now=now)
    if user.closed_at is not None and not is_half:
        returned(user, now)
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


class SeenTally:
    """When sessions of this process were last seen, until a round writes it: no request waits for that.

    All that work are written together once a minute, because on SQLite readers wait while something is kept. Whoever
    comes after a rest is written at once: to another process they must not seem to rest still.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[int, datetime] = {}
        self._write_at = 0.0

    def note(self, person: Person, now: datetime) -> None:
        """Their session was seen; kept once a minute at most."""
        rested = now - person.seen_at
        if rested >= SEEN_EVERY:
            with self._lock:
                self._seen[person.session_id] = now
                if rested >= SEEN_AT_ONCE:
                    self._write_at = 0.0

    def hurry(self) -> None:
        """The next round is the last one."""
        self._write_at = 0.0

    def write(self) -> None:
        """Write what was noted, in one statement, if it is time; if that fails, the next round does it."""
        with self._lock:
            if not self._seen or clock.seconds() < self._write_at:
                return
            seen, self._seen = self._seen, {}
            self._write_at = clock.seconds() + SEEN_EVERY.total_seconds()
        try:
            _write_seen(seen)
        except BaseException:
            with self._lock:
                self._seen, self._write_at = {**seen, **self._seen}, 0.0
            raise


def _write_seen(seen: dict[int, datetime]) -> None:
    latest = case(seen, value=Session.id)
    # What another process has written just now changes nothing, and costs nothing.
    due = case({each: at - SEEN_EVERY for each, at in seen.items()}, value=Session.id)
    with transaction():
        db.session.execute(
            update(Session)
            .where(Session.id.in_(seen), Session.ended_at.is_(None), Session.expires_at > clock.now())
            .where(Session.seen_at <= due)
            .values(seen_at=latest)
            .execution_options(synchronize_session=False)
        )
