"""Statements that are asked at every turn; their rows are read and not changed, everything else goes the usual way."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from portal.foundation.compiled import Compiled
from portal.foundation.database import db


class Prepared:
    """One statement; a value that is a list fills a parameter of `IN`, and each length is compiled once."""

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        """`columns` are those that an INSERT fills."""
        self._statement, self._columns = statement, columns
        self._compiled: dict[tuple[object, ...], Compiled] = {}

    def rows(self, values: Mapping[str, Any] | None = None, connection: Connection | None = None) -> list[Any]:
        """Every row, as a tuple that knows its columns by name; of a change without RETURNING there are none.

        Without a `connection` it is the one of this request's session.
        """
        connection, given = connection or db.session.connection(), dict(values or {})
        lists = [(name, value) for name, value in given.items() if isinstance(value, list)]
        for name, value in lists:
            del given[name]
            given |= {f"{name}_{number}": each for number, each in enumerate(value, 1)}
        key = (connection.dialect.name, *((name, len(value)) for name, value in lists))
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = Compiled(
                self._statement, dict(values or {}), connection.dialect, self._columns
            )
        return found.rows(connection, given)
