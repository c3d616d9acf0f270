"""From when on mails of a mailbox are taken whose server has given all numbers anew.

Revision 0031, after 0030, 2026-11-30.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailbox_progress", sa.Column("taken_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("mailbox_progress", "taken_since")
