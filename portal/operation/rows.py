"""Every row of the portal: counted and summed up, and carried from one database into another, whichever they are.

Sums do not depend on the order of rows or on the database, so that a copy proves itself by being equal.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Connection, Engine, MetaData, Table, func, insert, select, text

_AT_ONCE = 1000
# Rows of these are there as soon as a portal was started; they say nothing about people.
_ALWAYS_THERE = {"leaving_record_head", "chore_runs", "tries", "search_sums", "article_counts"}


@dataclass(frozen=True)
class Sum:
    """How many rows a table has, and a hash over all of them."""

    rows: int
    digest: str


def tables(connection: Connection) -> list[Table]:
    """Every table that this database has, by name, as it is there: its schema may be older than this code."""
    found = MetaData()
    found.reflect(connection, only=_is_kept, resolve_fks=False)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
    return sorted(found.tables.values(), key=lambda table: table.name)


def sums(connection: Connection) -> dict[str, Sum]:
    """The sum of each table."""
    return {table.name: _sum(connection, table) for table in tables(connection)}


def is_unused(connection: Connection) -> bool:
    """Whether no table holds anything that somebody would miss."""
    wanted = (table for table in tables(connection) if table.name not in _ALWAYS_THERE)
    return not any(connection.scalar(select(func.count()).select_from(table)) for table in wanted)


def copy_rows(source: Connection, target: Engine) -> None:
    """Fill the migrated, unused database `target` with all rows of `source`: all of them, or none."""
    with unguarded(target) as connection:
        there = {table.name: table for table in tables(connection)}
        for table in tables(source):
            # What a start has left there already.
            connection.execute(there[table.name].delete())
            rows = source.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(select(table))
            for part in rows.mappings().partitions(_AT_ONCE):
                lines = [{name: _in_utc(value) for name, value in row.items()} for row in part]
                connection.execute(insert(there[table.name]), lines)
        if connection.dialect.name == "postgresql":
            _set_sequences(connection)


@contextmanager
def unguarded(engine: Engine) -> Iterator[Connection]:
    """One transaction in which rows may come in any order; at its end everything that they point to must be there."""
    guard = _unguarded_sqlite if engine.dialect.name == "sqlite" else _unguarded_postgresql
    with engine.connect().execution_options(writes=True) as connection, guard(connection):
        yield connection


@contextmanager
def _unguarded_sqlite(connection: Connection) -> Iterator[None]:
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            if broken := connection.execute(text("PRAGMA foreign_key_check")).first():
                raise ValueError(f"a row of {broken[0]} points to one of {broken[2]} that is not there")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _unguarded_postgresql(connection: Connection) -> Iterator[None]:
    with connection.begin():
        take_time(connection)
        laid_aside = _drop_foreign_keys(connection)
        yield
        for table, name, definition in laid_aside:
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))


def take_time(connection: Connection) -> None:
    """Let this transaction take as long as it takes, on PostgreSQL."""
    if connection.dialect.name == "postgresql":
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {name} = 0"))


def _drop_foreign_keys(connection: Connection) -> list[tuple[str, str, str]]:
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name, _definition in found:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    return [(str(table), str(name), str(definition)) for table, name, definition in found]


def _set_sequences(connection: Connection) -> None:
    """The next number of every table follows its last one."""
    for table in tables(connection):
        for column in table.primary_key:
            name = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            )
            if name:
                last = connection.scalar(select(func.max(column)))
                connection.execute(select(func.setval(name, last or 1, last is not None)))


def _sum(connection: Connection, table: Table) -> Sum:
    amount, total = 0, 0
    rows = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(select(table))
    for row in rows:
        line = json.dumps([_plain(value) for value in row], ensure_ascii=True, sort_keys=True)
        total += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
        amount += 1
    return Sum(amount, f"{total % 2**256:064x}")


def _is_kept(name: str, _metadata: object) -> bool:
    """Full-text tables fill themselves, and the state of the schema is no row of the portal."""
    return name != "alembic_version" and not name.startswith("fts_")


def _in_utc(value: Any) -> Any:
    """SQLite keeps no zone; every stored time is UTC (foundation/database.py)."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


def _plain(value: Any) -> Any:
    value = _in_utc(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, bytes):
        return value.hex()
    return value
