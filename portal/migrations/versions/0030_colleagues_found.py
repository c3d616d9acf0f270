"""Whoever works here is found by an index: most accounts are those of customers.

Revision 0030, after 0029, 2026-11-30.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_users_role_disabled_at_name", "users", ["role", "disabled_at", "name"])


def downgrade() -> None:
    op.drop_index("ix_users_role_disabled_at_name", "users")
