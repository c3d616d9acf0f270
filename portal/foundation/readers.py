"""Connections for whoever only reads: nothing is begun on them, so that nobody waits for a page.

SQLite lets nobody write to its file while somebody is in the middle of reading. A page reads in a few moments and is
made in many; between its statements it holds nothing. PostgreSQL need not be told that something begins and ends.
"""

from collections.abc import Callable
from threading import local
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from portal.foundation.compiled import ASKS_FOR


class Readers:
    """SQLite opens files as it likes: each thread keeps one. PostgreSQL has a hundred for all: there they are lent."""

    def __init__(self, engine: Engine, patience: Callable[[], float]) -> None:
        """`patience` says for how many seconds a reader asks again while somebody holds SQLite's file."""
        self._engine, self._patience = engine, patience
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._of_thread = local()
        event.listen(engine, "engine_disposed", self._close)

    def take(self) -> Connection:
        """One for this thread, until it is given back."""
        if not self._is_sqlite:
            return self._engine.connect()
        found: Connection | None = getattr(self._of_thread, "reader", None)
        if found is None:
            found = self._of_thread.reader = self._opened()
        return found

    def give_back(self, reader: Connection) -> None:
        """It is not needed any more."""
        if not self._is_sqlite:
            reader.close()

    def _opened(self) -> Connection:
        reader = self._engine.connect()
        # It lives as long as its thread, and takes nothing from those who change something.
        reader.detach()
        # SQLite would sleep for a tenth of a second at times; statements of readers ask again sooner.
        driver: Any = reader.connection.dbapi_connection
        driver.execute("PRAGMA busy_timeout=0")
        reader.info[ASKS_FOR] = self._patience
        return reader

    def _close(self, _engine: Engine) -> None:
        """Those of all threads go; each opens a new one when it reads again."""
        own: Connection | None = getattr(self._of_thread, "reader", None)
        self._of_thread = local()
        if own is not None:
            own.close()
