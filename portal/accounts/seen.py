"""When sessions were last seen: noted in passing, written later."""

from datetime import datetime
from threading import Lock

from sqlalchemy import case, update

from portal.accounts.models import Session
from portal.accounts.rules import SEEN_AT_ONCE, SEEN_EVERY, Person
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.web.here import OnePerApp


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


SEEN_TALLY = OnePerApp("seen_tally", SeenTally)


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
