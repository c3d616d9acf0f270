"""Connections for whoever only reads: nothing is begun on them, so that nobody waits for a page.

SQLite lets nobody write to its file while somebody is in the middle of reading. A page reads in a few moments and is
made in many; between its statements it holds nothing. PostgreSQL need not be told that something begins and ends.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from portal.foundation.sql.compiled import ASKS_FOR


class Readers:
    """SQLite opens files as it likes: those that rest here wait for nobody. PostgreSQL has a hundred for all, lent."""

    def __init__(self, engine: Engine, patience: Callable[[], float]) -> None:
        """`patience` says for how many seconds a reader asks again while somebody holds SQLite's file."""
        self._engine, self._patience = engine, patience
        self._is_sqlite = engine.dialect.name == "sqlite"
        # As many as have read at one moment. The one used last is taken first: threads take turns, so that it is mostly
        # the same, and pages are in memory once, not for each thread.
        self._resting: list[Connection] = []
        event.listen(engine, "engine_disposed", self._close)

    def take(self) -> Connection:
        """One that nobody else has, until it is given back."""
        if not self._is_sqlite:
            return self._engine.connect()
        try:
            return self._resting.pop()
        except IndexError:
            return self._opened()

    def give_back(self, reader: Connection) -> None:
        """It is not needed any more; its pages (2 MB) are for whoever reads next, those that rest longer hold none."""
        if not self._is_sqlite:
            reader.close()
            return
        try:
            longer = self._resting.pop()
        except IndexError:
            pass
        else:
            driver: Any = longer.connection.dbapi_connection
            driver.execute("PRAGMA shrink_memory")
            self._resting.append(longer)
        self._resting.append(reader)

    def _opened(self) -> Connection:
        reader = self._engine.connect()
        # It lives as long as its process, and takes nothing from those who change something.
        reader.detach()
        # SQLite would sleep for a tenth of a second at times; statements of readers ask again sooner.
        driver: Any = reader.connection.dbapi_connection
        driver.execute("PRAGMA busy_timeout=0")
        reader.info[ASKS_FOR] = self._patience
        return reader

    def _close(self, _engine: Engine) -> None:
        """Those that rest go; whoever reads again opens a new one."""
        while self._resting:
            self._resting.pop().close()
