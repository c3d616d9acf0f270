"""One statement in the words of one database, sent to the driver itself and read into plain tuples.

SQLAlchemy takes five times as long for a small statement as the database does; here it writes the statement once.
"""

import sqlite3
import time
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Connection, TextClause
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import TextualSelect

from portal.foundation import clock
from portal.foundation.sql.postgres_line import columns_of, line_of
from portal.foundation.web.turns import out_of_turn

_Processor = Callable[[Any], Any]
# What says for how many seconds a connection that SQLite lets wait for nobody asks again, every millisecond.
ASKS_FOR = "asks_for"
_NAP = 0.001


class Compiled:
    """Compiled with values like those that it will get; for a change with its columns, and what some `always` get."""

    def __init__(
        self,
        statement: Any,
        values: dict[str, Any],
        dialect: Dialect,
        columns: Sequence[str] | None = None,
        *,
        always: Mapping[str, Any] | None = None,
        make: Callable[[Sequence[Any]], Any] | None = None,
    ) -> None:
        is_sqlite = dialect.name == "sqlite"
        made = statement.compile(dialect=dialect if is_sqlite else _numbering(dialect), column_keys=columns)
        state = made.construct_expanded_state({**(always or {}), **values})
        self._sql = state.statement
        if is_sqlite:
            # Newer SQLites look at a LIMIT that is nothing but a value, and plan anew whenever it is bound (0061).
            self._sql = self._sql.replace("LIMIT ?", "LIMIT 0 + ?")
        # PostgreSQL's driver would make bytes of it each time, and look for them anew by all of them.
        self._sent_as: Any = self._sql if is_sqlite else self._sql.encode()
        self._is_sqlite = is_sqlite
        self._write: Mapping[str, Any] = {**made._bind_processors, **state.processors}
        # What stands in the statement itself; everything else is given anew each time.
        filled = {each for name in values for each in state.parameter_expansion.get(name, [name])}
        own = {name: value for name, value in state.parameters.items() if name not in filled}
        self._own = {name: self._written(name, value) for name, value in own.items()}
        self._is_text = isinstance(statement, TextClause | TextualSelect)
        self._writers = [(name, self._write.get(name)) for name in state.positiontup or ()]
        self._columns = [(column.keyname, column.type) for column in made._result_columns]
        self._make: Any = make
        self._knows = False
        self._read: list[tuple[int, _Processor]] = []

    def _written(self, name: str, value: Any) -> Any:
        writer = self._write.get(name)
        return value if writer is None else writer(value)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Every row that it gives."""
        return self._sent(connection, self._parameters(values))[0]

    def changed(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it has changed."""
        return self._sent(connection, self._parameters(values))[1]

    def _sent(self, connection: Connection, sent: Any) -> tuple[list[Any], int]:
        for listen in connection.engine.dispatch.before_cursor_execute:
            listen(connection, None, self._sql, sent, None, False)
        return (self._by_cursor if self._is_sqlite else self._by_line)(connection, sent)

    def _by_line(self, connection: Connection, sent: Any) -> tuple[list[Any], int]:
        line = line_of(connection)
        try:
            answer = line.ask(self._sent_as, sent)
            found = line.rows(answer) if answer.nfields else []
        except connection.dialect.loaded_dbapi.Error as error:
            raise known_error(self._sql, error, connection) from error
        if not self._knows and answer.nfields:
            self._learn(columns_of(answer), connection.dialect)
        return self._made(found) if found else [], answer.command_tuples or 0

    def _by_cursor(self, connection: Connection, sent: Any) -> tuple[list[Any], int]:
        # The driver's own cursor: everything that stands in between only hands it on.
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.cursor()
        try:
            try:
                cursor.execute(self._sent_as, sent)
            except connection.dialect.loaded_dbapi.OperationalError as error:
                self._ask_again(error, connection, cursor.execute, sent)
            found = cursor.fetchall() if self._knows or cursor.description else []
        except connection.dialect.loaded_dbapi.Error as error:
            raise known_error(self._sql, error, connection, cursor) from error
        if not self._knows and cursor.description:
            self._learn(cursor.description, connection.dialect)
        amount = cursor.rowcount
        cursor.close()
        return self._made(found) if found else [], amount

    def _ask_again(self, error: Any, connection: Connection, send: Any, sent: Any) -> None:
        """Once SQLite's file is free, for as long as this connection asks; else the error goes on."""
        asks_for = connection.info.get(ASKS_FOR)
        end = clock.seconds() + (asks_for() if asks_for else 0.0)
        while getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY and clock.seconds() < end:
            with out_of_turn():
                time.sleep(_NAP)
            try:
                send(self._sent_as, sent)
            except connection.dialect.loaded_dbapi.OperationalError as again:
                error = again
            else:
                return
        raise error

    def _parameters(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them: in the order of the statement."""
        own = self._own
        if not own:
            return tuple([values[name] if write is None else write(values[name]) for name, write in self._writers])
        return tuple(
            [
                (own[name] if name not in values else values[name] if write is None else write(values[name]))
                for name, write in self._writers
            ]
        )

    def _learn(self, description: Sequence[Sequence[Any]], dialect: Dialect) -> None:
        """How a row is read; what SQL text gives is known by its names alone."""
        columns = self._columns
        if self._is_text:
            types = dict(self._columns)
            columns = [(each[0], types.get(each[0])) for each in description]
        readers = [
            kind and kind._cached_result_processor(dialect, told[1])
            for (_, kind), told in zip(columns, description, strict=True)
        ]
        self._read = [(place, reader) for place, reader in enumerate(readers) if reader is not None]
        names = [name or "column" for name, _ in columns]
        if self._make is None:
            row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
            # `row._make` without its look at the length, which is known here.
            self._make = partial(tuple.__new__, row)
        self._knows = True

    def _made(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        make, read = self._make, self._read
        if not read:
            return [make(row) for row in rows]
        found = []
        for row in rows:
            cells = list(row)
            for place, reader in read:
                value = cells[place]
                if value is not None:
                    cells[place] = reader(value)
            found.append(make(cells))
        return found


@lru_cache(maxsize=4)
def _numbering(dialect: Dialect) -> Dialect:
    """PostgreSQL's own way to say where a value goes ($1): the driver then has nothing to look for in a statement."""
    found: Any = copy(dialect)
    found.paramstyle, found.positional = "numeric_dollar", True
    found.identifier_preparer = found.preparer(found)
    return found


def known_error(sql: str, error: Any, connection: Connection, cursor: Any = None) -> BaseException:
    """The error as SQLAlchemy would raise it; a connection that is gone is not used again."""
    dialect = connection.dialect
    is_gone = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    if is_gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql,
        (),
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    )
