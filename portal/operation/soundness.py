"""Whether the database itself is sound, its full-text index included (specs: I6).

A SQLite file is looked at on a copy: the look takes long, and people who write would wait for it. What cannot be
copied for want of room is looked at where it lies.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from portal.foundation.config import CONFIG
from portal.foundation.database import connection_of_session, db, transaction
from portal.foundation.sql.word_index import read_rows, rebuild_words

_COPY = "looked-at.sqlite"
_SHOWN = 20
_EVERY = 2**31
_INDEXES = "SELECT name FROM sqlite_master WHERE name LIKE 'fts!_%' ESCAPE '!' AND sql LIKE '%USING fts5%'"


def database_faults() -> Iterator[str]:
    """A sentence for each fault of the database as a whole."""
    if db.engine.dialect.name == "postgresql":
        yield from _postgresql_faults()
        return
    config = CONFIG.here()
    live, copy = Path(str(db.engine.url.database)), config.data / _COPY
    # What was read so far must not keep writers waiting.
    db.session.rollback()
    copy.unlink(missing_ok=True)
    has_room = live.exists() and shutil.disk_usage(config.data).free > 2 * live.stat().st_size
    try:
        yield from _sqlite_faults(copied(live, copy) if has_room else live)
    except sqlite3.Error as error:
        yield f"database file: it cannot be read ({type(error).__name__})"
    finally:
        copy.unlink(missing_ok=True)


def copied(live: Path, target: Path) -> Path:
    """The database as of one moment in another file, which nobody else may read."""
    target.touch(mode=0o600)
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def rebuild_index() -> int:
    """Make the full-text index of a SQLite database anew from the rows it belongs to; how many tables it has."""
    if db.engine.dialect.name != "sqlite":
        return 0
    with transaction():
        return rebuild_words(connection_of_session().connection.driver_connection)  # type: ignore[arg-type]


def is_of_index(fault: str) -> bool:
    """Whether that sentence is about the full-text index, which can be made anew."""
    return fault.startswith("full-text index ")


def _sqlite_faults(path: Path) -> Iterator[str]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as connection:
        for row in connection.execute("PRAGMA foreign_key_check").fetchmany(_SHOWN):
            yield f"table {row[0]}, row {row[1]}: what it points to in {row[2]} is missing"
        for (word,) in connection.execute("PRAGMA integrity_check").fetchmany(_SHOWN):
            # What a newer SQLite says here of full-text indexes is found below for each of them.
            if word != "ok" and "fts5" not in word.lower():
                yield f"database file: {word}"
        # The check above says "ok" to a damaged full-text index, or not to all of them.
        for (name,) in connection.execute(_INDEXES).fetchall():
            if not _is_whole(connection, name):
                yield f"full-text index {name}: damaged or not equal to its rows; run `flask check --rebuild-index`"


def _is_whole(connection: sqlite3.Connection, name: str) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
        # What was written a moment ago is read by the index a moment later.
        read_rows(connection, _EVERY)
        # Rank 1 also compares the index with the rows it belongs to.
        connection.execute(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise
        return False
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return True


def _postgresql_faults() -> Iterator[str]:
    constraints = "SELECT conrelid::regclass || ': ' || conname FROM pg_constraint WHERE NOT convalidated"
    indexes = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    for kind, question in (("constraint", constraints), ("index", indexes)):
        for (name,) in db.session.execute(text(question)).all()[:_SHOWN]:
            yield f"{kind} not valid: {name}"
