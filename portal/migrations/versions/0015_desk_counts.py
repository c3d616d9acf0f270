"""Counts of the desk read an index alone; for open callbacks SQLite chose another one and read every open question.

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
_NOTICES = "staff_notices"


def upgrade() -> None:
    op.drop_index(_NAME, _TABLE)
    columns = ["source", "answer_due_at", "id"]
    op.create_index(_NAME, _TABLE, columns, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.drop_index("ix_staff_notices_user_id_seen_at", _NOTICES)
    op.create_index("ix_staff_notices_user_id_seen_at_role", _NOTICES, ["user_id", "seen_at", "role"])


def downgrade() -> None:
    op.drop_index("ix_staff_notices_user_id_seen_at_role", _NOTICES)
    op.create_index("ix_staff_notices_user_id_seen_at", _NOTICES, ["user_id", "seen_at"])
    op.drop_index(_NAME, _TABLE)
    op.create_index(_NAME, _TABLE, ["answer_due_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
