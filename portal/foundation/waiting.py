"""Nobody waits for ever for a PostgreSQL that stands still: its own time limits need a server that runs (DR-08)."""

from typing import Any

import psycopg
from flask import Flask
from psycopg import errors
from sqlalchemy import event

from portal.foundation import clock
from portal.foundation.database import db

# Longer than any statement of a page may take by the server's own limit.
_PATIENCE_SECONDS = 7.0
# When one was given up, nobody else waits that long for some seconds: threads are few, and articles need them.
_SILENT_SECONDS, _SHORT_PATIENCE_SECONDS = 5.0, 0.5


class _Silence:
    """Until when this process takes the server for standing still; any answer ends it."""

    until = 0.0

    def holds(self) -> bool:
        return self.until > 0.0 and clock.seconds() < self.until


_silence = _Silence()


class Impatient(psycopg.Connection[Any]):
    """Gives up, closed, when the server says nothing for so long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """What the server answers; OperationalError when it does not."""
        patience = _SHORT_PATIENCE_SECONDS if _silence.holds() else _PATIENCE_SECONDS
        try:
            answer = super().wait(gen, interval, timeout or patience)
        except errors._WaitTimeout as error:
            _silence.until = clock.seconds() + _SILENT_SECONDS
            # What comes later must not be taken for the answer to something else.
            self.pgconn.finish()
            raise psycopg.OperationalError("the connection was given up: the server does not answer") from error
        _silence.until = 0.0
        return answer


def answer_in_time(app: Flask) -> None:
    """From now on statements of this process are given up after seven seconds: call it where people wait for pages."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "postgresql":

            @event.listens_for(engine, "do_connect")
            def connect(_dialect: Any, _record: Any, given: Any, named: Any) -> Any:
                if _silence.holds():
                    raise psycopg.OperationalError("the server did not answer a moment ago")
                return _connected(given, named)

            # What was connected before is connected anew.
            engine.dispose()


def _connected(given: Any, named: Any) -> Impatient:
    try:
        return Impatient.connect(*given, **named)
    except errors.ConnectionTimeout:
        _silence.until = clock.seconds() + _SILENT_SECONDS
        raise
