"""SQLite's word tables keep their words on pages of a quarter of the size.

A search wants the newest rows, and so reads the last page of each word from its beginning; in each piece of the table
(docs/decisions/0055). Pages take their size when they are written, so that all are written anew. PostgreSQL stays as
it is.

Revision 0019, after 0018, 2026-11-29.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLES = ("messages", "notes", "questions", "customers")
# What FTS5 takes by itself; what is left of 4096 bytes beside the head of a row.
_USUAL, _SMALL = 4050, 1000


def upgrade() -> None:
    _rebuild(_SMALL)


def downgrade() -> None:
    _rebuild(_USUAL)


def _rebuild(size: int) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in _TABLES:
        op.execute(f"INSERT INTO fts_{table}(fts_{table}, rank) VALUES ('pgsz', {size})")
        for step in ("rebuild", "optimize"):  # one piece instead of half a dozen
            op.execute(f"INSERT INTO fts_{table}(fts_{table}) VALUES ('{step}')")
        # All rows are read now.
        op.execute(f"UPDATE fts_up_to SET up_to = (SELECT coalesce(max(id), 0) FROM {table}) WHERE name = '{table}'")
