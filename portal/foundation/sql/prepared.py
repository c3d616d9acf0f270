"""Statements that are asked at every turn; their rows are read and not changed, everything else goes the usual way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from portal.foundation.database import connection_to_read, db
from portal.foundation.sql.compiled import Compiled


class Prepared:
    """One statement; a value that is a list fills a parameter of `IN`, and each length is compiled once."""

    def __init__(
        self, statement: Any, columns: Sequence[str] | None = None, make: Callable[[Sequence[Any]], Any] | None = None
    ) -> None:
        """`columns` are those that an INSERT fills; `make` gets the cells of each row."""
        self._statement, self._columns, self._make = statement, columns, make
        self._compiled: dict[tuple[object, ...], Compiled] = {}

    def rows(self, values: Mapping[str, Any] | None = None, connection: Connection | None = None) -> list[Any]:
        """Every row, as a tuple that knows its columns by name; of a change without RETURNING there are none.

        Without a `connection` it is the one of this request.
        """
        connection, given = connection or connection_to_read(), values or {}
        key: tuple[object, ...] = (connection.dialect.name,)
        lists = [name for name, value in given.items() if type(value) is list]
        if lists:
            key += tuple([(name, len(given[name])) for name in lists])
        found = self._compiled.get(key) or self._compile(key, connection, given)
        return found.rows(connection, _spread(given, lists) if lists else given)

    def _compile(self, key: tuple[object, ...], connection: Connection, values: Mapping[str, Any]) -> Compiled:
        made = Compiled(self._statement, dict(values), connection.dialect, self._columns, make=self._make)
        self._compiled[key] = made
        return made


def plain_rows(statement: Any, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """Rows of a statement that is another one each time, to be read only: tuples, without the session's book-keeping.

    The statement names columns; of a mapped class it would give these as well, and no objects.
    """
    return db.session.connection().execute(statement, dict(values or {})).all()


def _spread(given: Mapping[str, Any], lists: Sequence[str]) -> dict[str, Any]:
    """Each value of a list as a parameter of its own."""
    found = {name: value for name, value in given.items() if name not in lists}
    for name in lists:
        found |= {f"{name}_{number}": each for number, each in enumerate(given[name], 1)}
    return found
