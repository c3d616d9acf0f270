"""Nobody waits for ever for a PostgreSQL that stands still: its own time limits need a server that runs (DR-08)."""

from typing import Any

import psycopg
from flask import Flask
from psycopg import errors
from sqlalchemy import event

from portal.foundation.database import db

# Longer than any statement of a page may take by the server's own limit.
_PATIENCE_SECONDS = 7.0


class Impatient(psycopg.Connection[Any]):
    """Gives up, closed, when the server says nothing for so long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """What the server answers; OperationalError when it does not."""
        try:
            return super().wait(gen, interval, timeout or _PATIENCE_SECONDS)
        except errors._WaitTimeout as error:
            # What comes later must not be taken for the answer to something else.
            self.pgconn.finish()
            raise psycopg.OperationalError("the connection was given up: the server does not answer") from error


def answer_in_time(app: Flask) -> None:
    """From now on statements of this process are given up after seven seconds: call it where people wait for pages."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "postgresql":

            @event.listens_for(engine, "do_connect")
            def connect(_dialect: Any, _record: Any, given: Any, named: Any) -> Any:
                return Impatient.connect(*given, **named)

            # What was connected before is connected anew.
            engine.dispose()
