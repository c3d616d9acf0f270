"""When somebody was erased whose name something still needs.

Revision 0029, after 0028, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_WAS_ERASED = sa.text("erased_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("customers", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_customers_erased_at",
        "customers",
        ["erased_at"],
        sqlite_where=_WAS_ERASED,
        postgresql_where=_WAS_ERASED,
    )


def downgrade() -> None:
    op.drop_index("ix_customers_erased_at", "customers")
    op.drop_column("customers", "erased_at")
