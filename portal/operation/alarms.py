"""Alarms: what somebody should look at now, as numbers, as lines of the log, and for leads (specs: OR-06)."""

import logging
from collections import deque
from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.queries import failed_sign_ins
from portal.foundation import clock
from portal.foundation.database import hurried
from portal.foundation.process.clock_watch import ClockWatch
from portal.foundation.web.here import OnePerApp
from portal.foundation.web.measuring import answered
from portal.operation.health import Health, health
from portal.operation.rules import ALARM_AGAIN, ERRORS_SPAN, STORM_LEAST, STORM_SPAN, is_error_rate_high

log = logging.getLogger(__name__)

_LOOK_SECONDS = 30.0
SENTENCES = {
    "database": "the database does not take a row within a second",
    "content": "there is no rendered content",
    "index": "there is no search index",
    "schema": "the schema of the database is not that of this version",
    "disk": "the disk of PORTAL_DATA is nearly full",
    "uploads": "the place of files that people send does not answer",
    "mails": "mails wait longer than 15 minutes",
    "mailbox": "the mailbox of MAILBOX_URL could not be read for 15 minutes",
    "backup": "there is no backup of the last 30 hours",
    "worker": "no worker has finished a duty for 5 minutes",
    "integrity": "the nightly look found faults; run `flask check`",
    "sign_ins": f"more than {STORM_LEAST} wrong passwords or codes in 5 minutes",
    "errors": "many answers of this process were errors of ours",
    "clock": "the clock of this machine jumped",
    "time": "the clock of this machine differs by more than a second from another one",
}
# Only this process knows these; the others of this machine add theirs.
_OF_PROCESS = Gauge("portal_process_alarm", "1 where a web process rings.", ["alarm"], multiprocess_mode="livemax")


def ringing(now: datetime, found: Health) -> dict[str, bool]:
    """Every alarm by its name, and whether it rings."""
    watch = WATCH.here()
    failing = {name: not holds for name, holds in found.checks.items()}
    # Nobody can say which schema a database has that does not answer.
    failing["schema"] = failing["schema"] and found.checks["database"]
    return failing | {"sign_ins": _is_storm(now), "errors": watch.has_errors, "clock": watch.clock.is_distrusted}


class Watch:
    """Looks every half minute and writes a line for what rings twice in a row, again after a quarter of an hour."""

    def __init__(self) -> None:
        self.clock = ClockWatch()
        self.has_errors = False
        # Not at once: a process that has just begun has no content yet.
        self._asked_at, self._said_at = clock.seconds() + _LOOK_SECONDS, dict[str, datetime]()
        self._rang: frozenset[str] = frozenset()
        self._seen: deque[tuple[float, int, int]] = deque()

    def look(self) -> None:
        """One look, unless there was one just now; call it every few seconds."""
        self.clock.look()
        if clock.seconds() >= self._asked_at:
            self._asked_at = clock.seconds() + _LOOK_SECONDS
            self._note_answers()
            now = clock.now()
            rings = ringing(now, health(now))
            for name in ("errors", "clock"):
                _OF_PROCESS.labels(name).set(rings[name])
            self._say(rings, now)

    def _note_answers(self) -> None:
        """Compare with what this process had answered five minutes ago."""
        now, (answers, errors) = clock.seconds(), answered()
        self._seen.append((now, answers, errors))
        while now - self._seen[0][0] > ERRORS_SPAN.total_seconds():
            self._seen.popleft()
        _, before, errors_before = self._seen[0]
        self.has_errors = is_error_rate_high(answers - before, errors - errors_before)

    def _say(self, rings: dict[str, bool], now: datetime) -> None:
        for name, is_ringing in rings.items():
            said = self._said_at.get(name)
            if not is_ringing:
                self._said_at.pop(name, None)
            elif name in self._rang and (said is None or not said <= now < said + ALARM_AGAIN):
                self._said_at[name] = now
                log.error("alarm: %s: %s", name, SENTENCES[name])
        # A machine that was busy for a moment wakes nobody.
        self._rang = frozenset(name for name, is_ringing in rings.items() if is_ringing)


WATCH = OnePerApp("watch", Watch)


def _is_storm(now: datetime) -> bool:
    """Whether somebody tries many passwords; a database that is away rings by itself."""
    try:
        with hurried():
            return failed_sign_ins(now - STORM_SPAN) >= STORM_LEAST
    except SQLAlchemyError:
        return False
