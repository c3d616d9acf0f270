"""Open callbacks are found by the time that was chosen.

Revision 0014, after 0013, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = sa.text("source = 'callback' AND status = 'open'")


def upgrade() -> None:
    op.create_index(
        "ix_questions_callbacks", "questions", ["answer_due_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_questions_callbacks", "questions")
