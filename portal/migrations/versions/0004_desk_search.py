"""Words of messages, notes, subjects and customers can be searched; queues have their indexes.

SQLite keeps full-text tables (FTS5), which triggers fill; PostgreSQL keeps indexes over expressions. Names of both
begin with `fts_`, and the models do not know them. The expressions stand once more in `portal/desk/queries/words.py`.
A later migration that makes one of these tables anew (batch mode on SQLite) has to make its triggers anew.

Revision 0004, after 0003, 2026-11-22.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Customers are stored by name and address, everything else by one text.
_COLUMNS = {"messages": ("body",), "notes": ("body",), "questions": ("subject",), "customers": ("name", "email")}
_TOKENS = "porter unicode61 remove_diacritics 2"
_FOLDED = "translate(lower(name || ' ' || email), 'äöüßéèêáàâóòôúùûíìîçñ@.-_+', 'aouseeeaaaooouuuiiicn     ')"


def upgrade() -> None:
    op.create_index("ix_questions_status_waiting_since_id", "questions", ["status", "waiting_since", "id"])
    op.create_index("ix_questions_status_closed_at_id", "questions", ["status", "closed_at", "id"])
    op.create_index(
        "ix_questions_assignee_id_status_closed_at_id", "questions", ["assignee_id", "status", "closed_at", "id"]
    )
    for table, columns in _COLUMNS.items():
        if op.get_bind().dialect.name == "sqlite":
            _add_full_text(table, columns)
        else:
            op.execute(f"CREATE INDEX fts_{table} ON {table} USING gin (({_expression(table, columns)}))")


def downgrade() -> None:
    for table in _COLUMNS:
        if op.get_bind().dialect.name == "sqlite":
            for event in ("added", "changed", "gone"):
                op.execute(f"DROP TRIGGER fts_{table}_{event}")
            op.execute(f"DROP TABLE fts_{table}")
        else:
            op.execute(f"DROP INDEX fts_{table}")
    op.drop_index("ix_questions_assignee_id_status_closed_at_id", table_name="questions")
    op.drop_index("ix_questions_status_closed_at_id", table_name="questions")
    op.drop_index("ix_questions_status_waiting_since_id", table_name="questions")


def _expression(table: str, columns: tuple[str, ...]) -> str:
    if table == "customers":
        return f"to_tsvector('simple', {_FOLDED})"
    return f"to_tsvector('german', {columns[0]}) || to_tsvector('english', {columns[0]})"


def _add_full_text(table: str, columns: tuple[str, ...]) -> None:
    names = ", ".join(columns)
    # detail=none keeps no positions: half the size, and nobody asks for phrases.
    op.execute(
        f"CREATE VIRTUAL TABLE fts_{table} USING fts5({names}, content='{table}', content_rowid='id', "
        f"detail='none', tokenize='{_TOKENS}')"
    )
    op.execute(f"INSERT INTO fts_{table}(fts_{table}) VALUES ('rebuild')")
    new, old = (", ".join(f"{row}.{name}" for name in columns) for row in ("new", "old"))
    add = f"INSERT INTO fts_{table}(rowid, {names}) VALUES (new.id, {new});"
    remove = f"INSERT INTO fts_{table}(fts_{table}, rowid, {names}) VALUES ('delete', old.id, {old});"
    op.execute(f"CREATE TRIGGER fts_{table}_added AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER fts_{table}_gone AFTER DELETE ON {table} BEGIN {remove} END")
    op.execute(f"CREATE TRIGGER fts_{table}_changed AFTER UPDATE OF {names} ON {table} BEGIN {remove} {add} END")
