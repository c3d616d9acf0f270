"""PostgreSQL's indexes of words know in smaller blocks where a row lies: a search reads about as many rows as it shows.

The first column is that of revision 0004, so that the code of before goes on with the new index, only slower for common
words. Nobody who writes waits: each index is made beside the old one and then takes its name, outside of a transaction.
A step that was broken off is done again. SQLite stays as it is. The expressions stand once more in
`portal/desk/queries/newest.py` (docs/decisions/0046).

Revision 0032, after 0031, 2026-11-30.
"""

from alembic import op
from sqlalchemy import text

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_FOLDED = "translate(lower(name || ' ' || email), 'äöüßéèêáàâóòôúùûíìîçñ@.-_+', 'aouseeeaaaooouuuiiicn     ')"
_WORDS = {
    "messages": "to_tsvector('german', body) || to_tsvector('english', body)",
    "notes": "to_tsvector('german', body) || to_tsvector('english', body)",
    "questions": "to_tsvector('german', subject) || to_tsvector('english', subject)",
    "customers": f"to_tsvector('simple', {_FOLDED})",
}
_BEFORE = "ARRAY[(id >> 10) * 4, (id >> 13) * 4 + 1, (id >> 17) * 4 + 2]"
_NOW = "ARRAY[(id >> 7) * 4, (id >> 11) * 4 + 1, (id >> 15) * 4 + 2, (id >> 19) * 4 + 3]"
# As in 0018: kilobytes that wait unsorted in front of an index.
_WAITING = 128


def upgrade() -> None:
    _make_anew(_NOW, known_by="(id >> 19)")


def downgrade() -> None:
    _make_anew(_BEFORE, known_by="(id >> 17)")


def _make_anew(places: str, *, known_by: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    with op.get_context().autocommit_block():
        # Whoever reads or writes goes on meanwhile, so that this may wait for the end of a backup.
        op.execute("SET lock_timeout = 0")
        for table, words in _WORDS.items():
            _replace(f"fts_{table}", table, f"({words}), ({places})", known_by)
        op.execute("RESET lock_timeout")


def _replace(name: str, table: str, columns: str, known_by: str) -> None:
    for left in ("new", "old"):
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}_{left}")
    written = op.get_bind().scalar(text("SELECT pg_get_indexdef(CAST(:name AS regclass))"), {"name": name})
    if known_by in written:
        return
    settings = f"gin_pending_list_limit = {_WAITING}"
    op.execute(f"CREATE INDEX CONCURRENTLY {name}_new ON {table} USING gin ({columns}) WITH ({settings})")
    # Nobody plans by what it holds, and to count it PostgreSQL would take thousands of texts apart at each ANALYZE.
    for column in (1, 2):
        op.execute(f"ALTER INDEX {name}_new ALTER COLUMN {column} SET STATISTICS 0")
    names = f"ALTER INDEX {name} RENAME TO {name}_old; ALTER INDEX {name}_new RENAME TO {name};"
    op.execute(f"DO $$ BEGIN {names} END $$")
    op.execute(f"DROP INDEX CONCURRENTLY {name}_old")
