"""Changes that are plain rows: begun and kept without a session, on a connection that stays for the next one.

To take a connection out of the pool and give it back costs more than two of the rows that a question consists of.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine


class PlainChange:
    """Stands where the session stands while rows are written without one; it is found in the same way."""

    def __init__(self, connection: Connection) -> None:
        self.info = {"connection": connection}


class PlainChanges:
    """SQLite lets one write at a time, so one connection of a process knows the pages; PostgreSQL's are lent again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        # Two only when somebody has waited too long in the line of writers and goes on without it.
        self._resting: list[Connection] = []
        event.listen(engine, "engine_disposed", self._close)

    @contextmanager
    def begun(self) -> Iterator[PlainChange]:
        """All or nothing: kept at the end of the block, taken back on any exception."""
        connection = self._taken()
        try:
            with connection.begin():
                yield PlainChange(connection)
        except BaseException:
            connection.close()
            raise
        if self._is_sqlite:
            self._resting.append(connection)
        else:
            connection.close()

    def _taken(self) -> Connection:
        try:
            return self._resting.pop()
        except IndexError:
            connection = self._engine.connect().execution_options(writes=True)
            if self._is_sqlite:
                connection.detach()  # it takes nothing from those who need a session
            return connection

    def _close(self, _engine: Engine) -> None:
        while self._resting:
            self._resting.pop().close()
