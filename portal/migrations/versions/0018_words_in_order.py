"""PostgreSQL's indexes of words also know where in the order a row lies: the newest rows are found by them alone.

The first column is that of revision 0004, so that the code of before goes on with the new index. Nobody who writes
waits: each index is made beside the old one and then takes its name, outside of a transaction. A step that was broken
off is done again. SQLite stays as it is. The expressions stand once more in `portal/desk/queries/newest.py`.

Revision 0018, after 0017, 2026-11-29.
"""

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FOLDED = "translate(lower(name || ' ' || email), 'äöüßéèêáàâóòôúùûíìîçñ@.-_+', 'aouseeeaaaooouuuiiicn     ')"
_WORDS = {
    "messages": "to_tsvector('german', body) || to_tsvector('english', body)",
    "notes": "to_tsvector('german', body) || to_tsvector('english', body)",
    "questions": "to_tsvector('german', subject) || to_tsvector('english', subject)",
    "customers": f"to_tsvector('simple', {_FOLDED})",
}
_PLACES = "ARRAY[(id >> 10) * 4, (id >> 13) * 4 + 1, (id >> 17) * 4 + 2]"
# Kilobytes that wait unsorted in front of an index: every search reads them, and somebody who writes sorts them in.
_WAITING = 128


def upgrade() -> None:
    _replace_all(_PLACES)


def downgrade() -> None:
    _replace_all()


def _replace_all(*more: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    with op.get_context().autocommit_block():
        # Whoever reads or writes goes on meanwhile, so that this may wait for the end of a backup.
        op.execute("SET lock_timeout = 0")
        for table, words in _WORDS.items():
            _replace(table, words, *more)
        op.execute("RESET lock_timeout")


def _replace(table: str, *expressions: str) -> None:
    name = f"fts_{table}"
    for left in (f"{name}_new", f"{name}_old"):
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {left}")
    natts = text("SELECT indnatts FROM pg_index WHERE indexrelid = CAST(:name AS regclass)")
    if op.get_bind().scalar(natts, {"name": name}) == len(expressions):
        return
    columns = ", ".join(f"({each})" for each in expressions)
    op.execute(
        f"CREATE INDEX CONCURRENTLY {name}_new ON {table} USING gin ({columns})"
        f" WITH (gin_pending_list_limit = {_WAITING})"
    )
    # Nobody plans by what it holds, and to count it PostgreSQL would take thousands of texts apart at each ANALYZE.
    for column in range(1, len(expressions) + 1):
        op.execute(f"ALTER INDEX {name}_new ALTER COLUMN {column} SET STATISTICS 0")
    renamed = f"ALTER INDEX {name} RENAME TO {name}_old; ALTER INDEX {name}_new RENAME TO {name};"
    op.execute(f"DO $$ BEGIN {renamed} END $$")
    op.execute(f"DROP INDEX CONCURRENTLY {name}_old")
