"""What is counted in this process and added to the database now and then: nobody who reads or writes waits for it.

What a killed process had not written yet is lost: seconds of statistics.
"""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Any

from portal.foundation.database import add_to_rows, transaction


class Tally:
    """Counts for one table whose columns are its key and amounts; at most `most` different ones wait."""

    def __init__(self, table: Any, *, most: int = 5000) -> None:
        columns = table.__table__.c
        self._table, self._most = table, most
        self._key = [column.name for column in columns if column.primary_key]
        self._nothing = {column.name: 0 for column in columns if not column.primary_key}
        self._lock = Lock()
        self._counted: Counter[tuple[Any, ...]] = Counter()

    def count(self, key: tuple[Any, ...], *columns: str) -> None:
        """One more in each of these columns of the row with that key, in the order of the table."""
        with self._lock:
            if len(self._counted) < self._most:
                self._counted.update((*key, column) for column in columns)

    def take(self) -> Counter[tuple[Any, ...]]:
        """Everything counted so far; from now on it counts from nothing."""
        with self._lock:
            counted, self._counted = self._counted, Counter()
        return counted

    def put_back(self, counted: Counter[tuple[Any, ...]]) -> None:
        """What was taken and could not be added."""
        with self._lock:
            self._counted.update(counted)

    def add(self, counted: Counter[tuple[Any, ...]]) -> None:
        """Add what was taken to the database, inside the caller's transaction."""
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        # Always in the same order, so that processes do not lock each other.
        for (*key, column), amount in sorted(counted.items()):
            row = rows.setdefault(tuple(key), {**dict(zip(self._key, key, strict=True)), **self._nothing})
            row[column] = amount
        if rows:
            add_to_rows(self._table, self._key, list(rows.values()))


def write_down(*tallies: Tally, along: Callable[[], None] | None = None) -> None:
    """Add what all of these have counted to the database, in one transaction; if that fails, the next try adds it.

    `along` writes something else in the same transaction.
    """
    taken = [(each, each.take()) for each in tallies]
    if along is None and not any(counted for _, counted in taken):
        return
    try:
        with transaction():
            if along is not None:
                along()
            for each, counted in taken:
                each.add(counted)
    except BaseException:
        for each, counted in taken:
            each.put_back(counted)
        raise
