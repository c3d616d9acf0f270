"""What is said to SQLite on every connection (specs: DR-04)."""

import sqlite3

from portal.foundation.config import Config

# Versions in which a write-ahead log cannot lose pages when it is reset under load (SQLite release notes, 2026).
_WAL_SAFE_FROM = (3, 51, 3)
_WAL_SAFE_BACKPORTS = ((3, 50, 7), (3, 44, 6))
# What is removed is overwritten, so that it cannot be read out of the file (OR-05).
_ALWAYS = ("foreign_keys=ON", "mmap_size=0", "secure_delete=ON")
# A log that grew while somebody read for long gets this small again, in bytes.
_LOG_LIMIT = 16 * 1024**2


def is_wal_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset fault (specs: DR-04)."""
    return version >= _WAL_SAFE_FROM or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_SAFE_BACKPORTS
    )


def may_keep_log(config: Config) -> bool:
    """Whether the portal's own file has a write-ahead log: with a sound SQLite, or where the operator says so."""
    return is_wal_safe(sqlite3.sqlite_version_info) or config.allow_old_sqlite_wal


def set_safely(connection: sqlite3.Connection, *, uses_wal: bool) -> None:
    """Journal, durability, and the rest; an error when the file has a log that this SQLite must not use."""
    has_log = _journal(connection, "WAL" if uses_wal else "DELETE") == "wal"
    # What a rollback journal needs is more than what a log needs.
    synchronous = "FULL" if has_log else "EXTRA"
    for pragma in (f"synchronous={synchronous}", f"journal_size_limit={_LOG_LIMIT}", *_ALWAYS):
        connection.execute(f"PRAGMA {pragma}")


def takes_no_writing(error: object) -> bool:
    """Whether the connection takes no writing: one that was opened while the file took none never tries again."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY


def _journal(connection: sqlite3.Connection, wanted: str) -> str:
    """Switch the file to that journal; the one that it has now."""
    try:
        return str(connection.execute(f"PRAGMA journal_mode={wanted}").fetchone()[0])
    except sqlite3.OperationalError:
        # Somebody is in the middle of the other one, or the disk takes nothing. Its own is as safe, only slower.
        found = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
        if wanted == "DELETE" and found == "wal":
            raise
        return found
