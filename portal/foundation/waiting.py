"""Nobody waits for ever for a PostgreSQL that stands still: its own time limits need a server that runs (DR-08).

Threads are few, and articles need them. So a statement that waits for a second is looked after: the server is asked,
on a line of its own, whether anybody is there. One that is slow says so, and one waits on; one that says nothing stands
still, and everybody who waits for it is let go at once.
"""

import os
import socket
import struct
from contextlib import suppress
from threading import Event, Thread
from typing import Any

import psycopg
from flask import Flask
from psycopg import errors
from sqlalchemy import event

from portal.foundation import clock
from portal.foundation.database import db

# Longer than any statement of a page may take by the server's own limit.
_PATIENCE_SECONDS = 7.0
# When one was given up, nobody else waits that long for some seconds.
_SILENT_SECONDS, _SHORT_PATIENCE_SECONDS = 5.0, 0.5
# After so long somebody who waits is looked after; so often; and so long an answer to that may take.
_DOUBT_SECONDS, _LOOK_SECONDS, _ANSWER_SECONDS = 1.0, 0.25, 1.0
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

    def __init__(self) -> None:
        self.since: dict[Any, float] = {}
        self._place: tuple[str, int] | None = None
        self._stopped = Event()

    def start(self) -> None:
        """From now on, until the process ends."""
        Thread(target=self._run, name="lookout", daemon=True).start()

    def look(self, now: float) -> None:
        """Let everybody go who waits for a server that says nothing, and notice when it speaks again."""
        waiting = [line for line, since in list(self.since.items()) if now - since >= _DOUBT_SECONDS]
        if waiting:
            self._place = _place_of(waiting[0]) or self._place
        if not (waiting or silence.holds()) or self._place is None:
            return
        if _answers(self._place):
            silence.until = 0.0
            return
        silence.begin()
        for line in waiting:
            if line in self.since:
                _hang_up(line)

    def _run(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            self.look(clock.seconds())


silence = Silence()
lookout = Lookout()


class Impatient(psycopg.Connection[Any]):
    """Gives up, closed, when the server says nothing for so long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """What the server answers; OperationalError when it does not."""
        patience = _SHORT_PATIENCE_SECONDS if silence.holds() else _PATIENCE_SECONDS
        lookout.since[self.pgconn] = clock.seconds()
        try:
            answer = super().wait(gen, interval, timeout or patience)
        except errors._WaitTimeout as error:
            silence.begin()
            # What comes later must not be taken for the answer to something else.
            self.pgconn.finish()
            raise psycopg.OperationalError("the connection was given up: the server does not answer") from error
        finally:
            lookout.since.pop(self.pgconn, None)
        silence.until = 0.0
        return answer


def answer_in_time(app: Flask) -> None:
    """From now on statements of this process are given up after seven seconds: call it where people wait for pages."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "postgresql":

            @event.listens_for(engine, "do_connect")
            def connect(_dialect: Any, _record: Any, given: Any, named: Any) -> Any:
                if silence.holds():
                    raise psycopg.OperationalError("the server did not answer a moment ago")
                return _connected(given, named)

            # What was connected before is connected anew.
            engine.dispose()
            lookout.start()


def _connected(given: Any, named: Any) -> Impatient:
    try:
        return Impatient.connect(*given, **named)
    except errors.ConnectionTimeout:
        silence.begin()
        raise


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
