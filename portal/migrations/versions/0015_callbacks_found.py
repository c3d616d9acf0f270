"""Open callbacks are found by their own index: SQLite chose another one and read every open question.

Revision 0015, after 0014, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("source = 'callback' AND status = 'open'")
_NAME, _TABLE = "ix_questions_callbacks", "questions"


def upgrade() -> None:
    op.drop_index(_NAME, _TABLE)
    columns = ["source", "answer_due_at", "id"]
    op.create_index(_NAME, _TABLE, columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    op.drop_index(_NAME, _TABLE)
    op.create_index(_NAME, _TABLE, ["answer_due_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
