"""Looks whether a PostgreSQL is there, for those who wait for its answers (docs/decisions/0047).

Threads are few, and articles need them. So a statement that waits for a second is looked after: the server is asked,
on a line of its own, whether anybody is there. One that is slow says so, and one waits on; one that says nothing stands
still, and everybody who waits for it is let go at once. Nobody waits for longer than any statement of a page may take.
"""

import os
import socket
import struct
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import psycopg

from portal.foundation import clock
from portal.foundation.sql.postgres_line import waiting

# When a server says nothing, nobody waits long for some seconds.
_SILENT_SECONDS = 5.0
# After so long somebody who waits is looked after; so often; and so long an answer to that may take.
_DOUBT_SECONDS, _LOOK_SECONDS, _ANSWER_SECONDS = 1.0, 0.25, 1.0
# Longer than any statement of a page may take by the server's own limit: then the answer is lost.
PATIENCE_SECONDS = 7.0
# "May we speak in secret?" Every server answers with one letter, before it asks who is there.
_QUESTION = struct.pack("!ii", 8, 80877103)
_PORT = 5432


class Silence:
    """Until when this process takes the server for standing still; any answer ends it."""

    until = 0.0

    def holds(self) -> bool:
        return self.until > 0.0 and clock.seconds() < self.until

    def begin(self) -> None:
        self.until = clock.seconds() + _SILENT_SECONDS


class Lookout:
    """Looks after those who wait for an answer, in a thread that itself waits for no statement."""

    def __init__(self, since: dict[Any, float]) -> None:
        self.since = since
        self._place: tuple[str, int] | None = None
        self._stopped = Event()

    def start(self) -> None:
        """From now on, until the process ends."""
        Thread(target=self._run, name="lookout", daemon=True).start()

    def look(self, now: float) -> None:
        """Let everybody go who waits for a server that says nothing, or too long; notice when it speaks again."""
        doubtful = [line for line, since in list(self.since.items()) if now - since >= _DOUBT_SECONDS]
        if doubtful:
            self._place = _place_of(doubtful[0]) or self._place
        if not (doubtful or silence.holds()) or self._place is None:
            return
        if _answers(self._place):
            silence.until = 0.0
            given_up = [line for line in doubtful if now - self.since.get(line, now) >= PATIENCE_SECONDS]
        else:
            silence.begin()
            given_up = doubtful
        for line in given_up:
            if line in self.since:
                _hang_up(line)

    def _run(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            self.look(clock.seconds())


silence = Silence()
lookout = Lookout(waiting)


def _place_of(line: Any) -> tuple[str, int] | None:
    """Where the server is; a name that begins with a slash is the folder of its socket."""
    with suppress(psycopg.OperationalError, ValueError):
        host = line.hostaddr or line.host
        return (host.decode(), int(line.port or _PORT)) if host else None
    return None


def _answers(place: tuple[str, int]) -> bool:
    """Whether anybody is there. A server that is being started anew breaks its lines itself: that is no silence."""
    try:
        with _line_to(*place) as line:
            line.sendall(_QUESTION)
            line.recv(1)
    except (TimeoutError, BlockingIOError):
        # Also a queue that is full of those who knock.
        return False
    except OSError:
        return True
    return True


def _line_to(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), _ANSWER_SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(_ANSWER_SECONDS)
    line.connect(f"{host}/.s.PGSQL.{port}")
    return line


def _hang_up(line: Any) -> None:
    """Whoever waits at the other end of this line hears at once that it is broken."""
    with suppress(psycopg.OperationalError, OSError), socket.socket(fileno=os.dup(line.socket)) as doubled:
        doubled.shutdown(socket.SHUT_RDWR)
