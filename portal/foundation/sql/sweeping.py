"""What a database file still holds of rows that are gone, and how that is swept out.

SQLite overwrites what is removed (`secure_delete`), but its word tables drop words only when their parts are merged,
and a write-ahead log keeps old pages until it is folded in. PostgreSQL does both itself (autovacuum).
"""

from sqlalchemy import inspect, text

from portal.foundation.database import db, fold_log, transaction

# So many pages of a word table are merged in one short transaction.
_PAGES = 500
_MOST_ROUNDS = 200


def sweep() -> bool:
    """Merge the word tables a piece, fold the log in at the end; True when more is waiting. Harmless at any time."""
    if db.engine.dialect.name != "sqlite":
        return False
    names = [name for name in inspect(db.engine).get_table_names() if name.startswith("fts_") and name.count("_") == 1]
    is_merged = [_merge(name) for name in names]
    if not all(is_merged):
        return True
    # Where somebody reads for long, the next round folds it in.
    fold_log()
    return False


def _merge(table: str) -> bool:
    """Merge the parts of one word table into one, some pages at a time; whether that is finished."""
    with transaction():
        _ask(table, -_PAGES)
    for _ in range(_MOST_ROUNDS):
        with transaction():
            if _ask(table, _PAGES) < 2:
                return True
    return False


def _ask(table: str, pages: int) -> int:
    """How many rows SQLite changed by that: fewer than two mean that nothing is left to merge (FTS5, 6.8)."""
    before = db.session.scalar(text("SELECT total_changes()")) or 0
    merge = f"INSERT INTO {table}({table}, rank) VALUES ('merge', :pages)"  # noqa: S608  (a name of the schema)
    db.session.execute(text(merge), {"pages": pages})
    after = db.session.scalar(text("SELECT total_changes()")) or 0
    return int(after) - int(before)
