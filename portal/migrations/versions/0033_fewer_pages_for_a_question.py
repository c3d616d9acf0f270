"""A question that is asked touches fewer pages: indexes hold only rows that are looked for in them, or go.

The code of before goes on beside it: its statements find the same rows by the new indexes, or by the order of ids.
On PostgreSQL nobody who writes waits: each index is made beside the old one, outside of a transaction, and a step that
was broken off is done again (docs/decisions/0074).

Revision 0033, after 0032, 2026-11-30.
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_Index = tuple[str, str, str]
_NEW: tuple[_Index, ...] = (
    ("ix_questions_waiting", "questions (status, waiting_since, id)", "status = 'waiting'"),
    ("ix_questions_closed", "questions (status, closed_at, id)", "status = 'closed'"),
    ("ix_questions_assignee_closed", "questions (assignee_id, status, closed_at, id)", "status = 'closed'"),
    ("ix_keys_subject_id_purpose", "keys (subject_id, purpose)", ""),
)
_OLD: tuple[_Index, ...] = (
    ("ix_questions_status_waiting_since_id", "questions (status, waiting_since, id)", ""),
    ("ix_questions_status_closed_at_id", "questions (status, closed_at, id)", ""),
    ("ix_questions_assignee_id_status_closed_at_id", "questions (assignee_id, status, closed_at, id)", ""),
    ("ix_questions_customer_id_topic_status", "questions (customer_id, topic, status)", ""),
    ("ix_keys_purpose_subject_id", "keys (purpose, subject_id)", ""),
    ("ix_form_stamps_created_at", "form_stamps (created_at)", ""),
)


def upgrade() -> None:
    _change(_OLD, _NEW)


def downgrade() -> None:
    _change(_NEW, _OLD)


def _change(gone: tuple[_Index, ...], made: tuple[_Index, ...]) -> None:
    if op.get_bind().dialect.name != "postgresql":
        _make("", gone, made)
        return
    with op.get_context().autocommit_block():
        # Whoever reads or writes goes on meanwhile, so that this may wait for the end of a backup.
        op.execute("SET lock_timeout = 0")
        for name, _columns, _condition in made:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        _make("CONCURRENTLY ", gone, made)
        op.execute("RESET lock_timeout")


def _make(how: str, gone: tuple[_Index, ...], made: tuple[_Index, ...]) -> None:
    for name, columns, condition in made:
        op.execute(f"CREATE INDEX {how}{name} ON {columns}{f' WHERE {condition}' if condition else ''}")
    for name, _columns, _condition in gone:
        op.execute(f"DROP INDEX {how}IF EXISTS {name}")
