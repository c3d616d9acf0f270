"""When staff first did something that the customer sees without answering.

Revision 0005, after 0004, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("questions", sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("questions", "begun_at")
