"""Two records of customers may be of the same person, as staff say.

Revision 0021, after 0020, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "same_people",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_same_people_customer_id_customers", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["customers.id"], name="fk_same_people_other_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "other_id", name="pk_same_people"),
    )
    op.create_index("ix_same_people_other_id", "same_people", ["other_id"])


def downgrade() -> None:
    op.drop_index("ix_same_people_other_id", table_name="same_people")
    op.drop_table("same_people")
