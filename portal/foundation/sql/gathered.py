"""Rows of different kinds as cells of one row: a page asks once for all of them instead of once for each kind.

The database writes each cell as a list of lists in JSON; it is read as rows of a statement of its own would be. Columns
may be numbers, text, yes and no, JSON and moments (`Moment`); no bytes and no bare days, which JSON cannot hold.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Label, select
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

from portal.foundation.moments import Moment

_MOST_KEPT = 16
# What a database writes has no spaces around it, and so needs nobody who looks for them.
_decoded = json.JSONDecoder().raw_decode


def gathered(rows: Any, name: str, *, is_same: bool = False) -> Label[Any]:
    """What the statement `rows` gives, in its order, as one cell: a sequence of rows that know their columns by name.

    `is_same`: mostly the same for everybody, so that what was read from the same text is given again.
    """
    inner = rows.subquery()
    cell = _ListOfLists(*inner.c)
    cell.type = _Rows([(column.key, column.type) for column in inner.c], is_same)
    return select(cell).scalar_subquery().label(name)


class _ListOfLists(FunctionElement[Any]):
    """All rows of a subquery in one text."""

    inherit_cache = False


@compiles(_ListOfLists, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **given: Any) -> str:
    cells = ((each.type, compiler.process(each, **given)) for each in element.clauses)
    # What is JSON already is not put into it as a text, which would have to be read apart from all the others.
    written = [f"json({cell})" if isinstance(kind, JSON) else cell for kind, cell in cells]
    return f"json_group_array(json_array({', '.join(written)}))"


@compiles(_ListOfLists, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **given: Any) -> str:
    # Where there are no rows it would say nothing.
    return f"COALESCE(CAST(json_agg(json_build_array({compiler.process(element.clauses, **given)})) AS text), '[]')"


class _Rows(UserDefinedType[Any]):
    """The text as rows."""

    def __init__(self, columns: Sequence[tuple[str, Any]], is_same: bool) -> None:
        # Named as they are given: SQLAlchemy copies a type by these names.
        self.columns, self.is_same = columns, is_same

    def result_processor(self, dialect: Dialect, _coltype: object) -> Any:
        row: Any = namedtuple("Row", [name for name, _ in self.columns], rename=True)  # type: ignore[misc]
        found = [_reader(kind, dialect) for _, kind in self.columns]
        readers = [(place, read) for place, read in enumerate(found) if read is not None]

        def rows_of(text: str) -> Sequence[Any]:
            rows = _decoded(text)[0]
            for cells in rows:
                for place, read in readers:
                    value = cells[place]
                    if value is not None:
                        cells[place] = read(value)
            return tuple([tuple.__new__(row, cells) for cells in rows])

        return lru_cache(maxsize=_MOST_KEPT)(rows_of) if self.is_same else rows_of


def _reader(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """How a cell is read: SQLite hands over what it keeps; PostgreSQL's JSON has everything but moments already."""
    if isinstance(kind, JSON):
        return None
    if dialect.name == "sqlite":
        found: Callable[[Any], Any] | None = kind._cached_result_processor(dialect, None)
        return found
    return _moment if isinstance(kind, Moment) else None


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
