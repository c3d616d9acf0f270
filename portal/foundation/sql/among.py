"""One of many texts, which go to the database as one value.

An `IN` has a parameter for each text: with the two thousand spellings of mistyped numbers it took many times as long to
write it as to answer it, and each amount of them was a statement of its own.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# PostgreSQL refuses both, in JSON as well.
_IN_NO_ROW = re.compile("[\0\ud800-\udfff]")


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether the text in a column is one of those in the parameter `name`, by its index; of none it is false."""
    found: ColumnElement[bool] = column.op("IN", is_comparison=True)(_Listed(bindparam(name, type_=Text)))
    return found


def listed(texts: Iterable[str]) -> str:
    """Texts as that parameter wants them; one with a sign that no row can have is left out."""
    return json.dumps([each for each in texts if not _IN_NO_ROW.search(each)])


class _Listed(FunctionElement[Any]):
    """Any text of a list in JSON."""

    type = Text()
    inherit_cache = True


@compiles(_Listed, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **given: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **given)}))"  # noqa: S608


@compiles(_Listed, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **given: Any) -> str:
    texts = compiler.process(element.clauses, **given)
    return f"(SELECT json_array_elements_text(CAST({texts} AS json)))"
