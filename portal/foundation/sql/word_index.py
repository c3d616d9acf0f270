"""The word tables of SQLite (`fts_…`) read along: what is written gets into them a moment later, not by who writes it.

`fts_up_to` says up to which row each of them has read; triggers keep what was read true when a row changes or goes.
PostgreSQL has indexes, which need nobody (docs/decisions/0037).
"""

import logging
import sqlite3
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.foundation.database import connection_of_session, db, hurried, is_read_only, transaction
from portal.foundation.sql.prepared import Prepared
from portal.foundation.web.here import OnePerApp, app_here

log = logging.getLogger(__name__)

# Rows of each table in one transaction: people who write wait for a few milliseconds at most.
_ROWS = 100
_MOST_PIECES = 200
# How much is joined in one transaction (about a quarter of a megabyte), and how many pieces are few enough.
_PAGES, _MOST_PIECES_LEFT = 256, 3
# How long a search waits for whoever writes, before it does without the newest rows.
_PATIENCE = 0.3


def read_along() -> None:
    """Put what was written since the last time into the word tables, piece by piece; harmless at any time."""
    for _ in range(_MOST_PIECES):
        if not _is_behind():
            return
        with transaction():
            read_rows(_driver(), _ROWS)


def read_newest() -> None:
    """Put the newest rows into the word tables for somebody who searches now, unless others write all the time."""
    if is_read_only() or not _is_behind():
        return
    try:
        with hurried(), transaction(line_seconds=_PATIENCE):
            read_rows(_driver(), _ROWS)
    except (OperationalError, sqlite3.Error) as error:
        db.session.rollback()
        log.info("a search goes without the newest rows: %s", type(error).__name__)


def read_rows(connection: sqlite3.Connection, most: int) -> None:
    """Read the next rows of each table, inside the caller's transaction; at most so many of each."""
    for name, up_to in connection.execute("SELECT name, up_to FROM fts_up_to").fetchall():
        last = _last(connection, name, up_to, most)
        if last is not None:
            columns = ", ".join(_columns(connection, name))
            connection.execute(
                f"INSERT INTO fts_{name}(rowid, {columns}) SELECT id, {columns} FROM {name} "  # noqa: S608
                "WHERE id > ? AND id <= ?",
                (up_to, last),
            )
            connection.execute("UPDATE fts_up_to SET up_to = ? WHERE name = ?", (last, name))


def join_pieces(*, is_thorough: bool = False) -> None:
    """Make one piece of what each word table wrote in many: a search looks for each of its words in each piece.

    A few pages at a time, so that nobody waits long. A table of few pieces is left alone unless `is_thorough`: words of
    rows that are gone leave it only when all its pieces are joined.
    """
    if db.engine.dialect.name == "sqlite":
        for name in _names():
            step = -_PAGES if is_thorough or _piece_count(name) > _MOST_PIECES_LEFT else 0
            while step and _joins(name, step):
                step = _PAGES


def _piece_count(name: str) -> int:
    rows = text(f"SELECT count(DISTINCT segid) FROM fts_{name}_idx")  # noqa: S608
    found = int(db.session.scalar(rows) or 0)
    db.session.rollback()
    return found


def _joins(name: str, step: int) -> bool:
    """Whether there was something to join; a number below zero begins with all pieces, whatever their size."""
    with transaction():
        return join_words(_driver(), name, step)


def join_words(connection: sqlite3.Connection, name: str, pages: int) -> bool:
    """Join so many pages of a word table, inside the caller's transaction; False when it is one piece."""
    before = connection.total_changes
    connection.execute(f"INSERT INTO fts_{name}(fts_{name}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608
    # FTS5 says in this way whether it did anything (sqlite.org/fts5.html, "merge").
    return connection.total_changes - before >= 2


def rebuild_words(connection: sqlite3.Connection) -> int:
    """Make the word tables anew from the rows they belong to, inside the caller's transaction; how many there are."""
    names = [name for (name,) in connection.execute("SELECT name FROM fts_up_to").fetchall()]
    for name in names:
        connection.execute(f"INSERT INTO fts_{name}(fts_{name}) VALUES ('rebuild')")  # noqa: S608
        connection.execute(
            f"UPDATE fts_up_to SET up_to = (SELECT coalesce(max(id), 0) FROM {name}) WHERE name = ?",  # noqa: S608
            (name,),
        )
    return len(names)


def _is_behind() -> bool:
    if db.engine.dialect.name != "sqlite":
        return False
    names = _names()
    return bool(names) and bool(_behind(names).rows())


_TABLES = OnePerApp[tuple[str, ...]]("word_tables", tuple)


def _names() -> tuple[str, ...]:
    """The tables that are read along; an application asks until a migration has made them."""
    return _TABLES.here() or _TABLES.put(app_here(), tuple(row.name for row in _NAMES.rows()))


@lru_cache(maxsize=4)
def _behind(names: tuple[str, ...]) -> Prepared:
    newest = " ".join(f"WHEN '{name}' THEN (SELECT max(id) FROM {name})" for name in names)  # noqa: S608
    return Prepared(text(f"SELECT name FROM fts_up_to WHERE up_to < CASE name {newest} END LIMIT 1"))  # noqa: S608


def _last(connection: sqlite3.Connection, name: str, up_to: int, most: int) -> int | None:
    rows = f"SELECT max(id) FROM (SELECT id FROM {name} WHERE id > ? ORDER BY id LIMIT ?)"  # noqa: S608
    last: int | None = connection.execute(rows, (up_to, most)).fetchone()[0]
    return last


def _columns(connection: sqlite3.Connection, name: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info(fts_{name})")]


def _driver() -> sqlite3.Connection:
    driver: sqlite3.Connection = connection_of_session().connection.driver_connection  # type: ignore[assignment]
    return driver


_NAMES = Prepared(text("SELECT name FROM fts_up_to ORDER BY name"))
