"""Nobody waits for ever for a PostgreSQL that stands still: its own time limits need a server that runs (DR-08).

How long depends on whether it is there at all: see `lookout`.
"""

from typing import Any

import psycopg
from flask import Flask
from psycopg import errors
from sqlalchemy import event

from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.sql.lookout import PATIENCE_SECONDS, lookout, silence

# While it is known to stand still.
_SHORT_PATIENCE_SECONDS = 0.5


class Impatient(psycopg.Connection[Any]):
    """Gives up, closed, when the server says nothing for so long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """What the server answers; OperationalError when it does not."""
        patience = _SHORT_PATIENCE_SECONDS if silence.holds() else PATIENCE_SECONDS
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


def give_jobs_time() -> None:
    """Statements of this process may take a minute: call it where nobody waits for a page (DR-08)."""
    if db.engine.dialect.name == "postgresql":

        @event.listens_for(db.engine, "connect")
        def allow(connection: Any, _record: Any) -> None:
            # At once, outside of what the caller begins: else a rollback would take it back.
            before, connection.autocommit = connection.autocommit, True
            connection.execute("SET statement_timeout = '60s'")
            connection.autocommit = before
