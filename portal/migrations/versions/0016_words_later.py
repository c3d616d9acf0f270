"""Word tables of SQLite read along: who writes a message no longer writes its words too.

`fts_up_to` says up to which row each table has read (portal/foundation/sql/word_index.py). A trigger touches only words
that were read; a row that takes an id from before is read at once. PostgreSQL stays as it is.

Revision 0016, after 0015, 2026-11-28.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_COLUMNS = {"messages": ("body",), "notes": ("body",), "questions": ("subject",), "customers": ("name", "email")}
_EVENTS = ("added", "gone", "changed")


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("CREATE TABLE fts_up_to (name VARCHAR(24) NOT NULL PRIMARY KEY, up_to INTEGER NOT NULL) WITHOUT ROWID")
    for table, columns in _COLUMNS.items():
        op.execute(f"INSERT INTO fts_up_to SELECT '{table}', coalesce(max(id), 0) FROM {table}")
        _drop_triggers(table)
        _make_triggers(table, columns, reads_along=True)


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, columns in _COLUMNS.items():
        _drop_triggers(table)
        op.execute(f"INSERT INTO fts_{table}(fts_{table}) VALUES ('rebuild')")
        _make_triggers(table, columns, reads_along=False)
    op.execute("DROP TABLE fts_up_to")


def _drop_triggers(table: str) -> None:
    for event in _EVENTS:
        op.execute(f"DROP TRIGGER fts_{table}_{event}")


def _make_triggers(table: str, columns: tuple[str, ...], *, reads_along: bool) -> None:
    names = ", ".join(columns)
    new, old = (", ".join(f"{row}.{name}" for name in columns) for row in ("new", "old"))
    add = f"INSERT INTO fts_{table}(rowid, {names}) VALUES (new.id, {new});"
    remove = f"INSERT INTO fts_{table}(fts_{table}, rowid, {names}) VALUES ('delete', old.id, {old});"
    was_read = f"<= (SELECT up_to FROM fts_up_to WHERE name = '{table}')" if reads_along else ""
    when_new, when_old = (f"WHEN {row}.id {was_read} " if was_read else "" for row in ("new", "old"))
    op.execute(f"CREATE TRIGGER fts_{table}_added AFTER INSERT ON {table} {when_new}BEGIN {add} END")
    op.execute(f"CREATE TRIGGER fts_{table}_gone AFTER DELETE ON {table} {when_old}BEGIN {remove} END")
    op.execute(
        f"CREATE TRIGGER fts_{table}_changed AFTER UPDATE OF {names} ON {table} {when_old}BEGIN {remove} {add} END"
    )
