"""A file may wait with a text that somebody of ours is writing: it says who.

Revision 0020, after 0019, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("keeper_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    # The version before knows no such files: they are uploads that nobody sent, and go within the hour.
    op.execute("UPDATE attachments SET owner_type = 'upload', owner_id = NULL WHERE owner_type = 'draft'")
    op.drop_column("attachments", "keeper_id")
