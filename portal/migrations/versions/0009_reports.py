"""Sums by day for reports, and the moments by which the days are counted.

Revision 0009, after 0008, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEXES = (("questions", "created_at"), ("messages", "created_at"), ("promises", "due_at"))
_COUNTED = ("asked", "answered", "solved", "good", "fair", "bad", "kept", "missed", "moved")


def upgrade() -> None:
    for table, column in _INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "report_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTED),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("worst", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", "topic", "level", name="pk_report_days"),
    )
    op.create_table(
        "report_people",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_report_people_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("day", "user_id", name="pk_report_people"),
    )
    op.create_table(
        "report_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_report_counts"),
    )


def downgrade() -> None:
    for name in ("report_counts", "report_people", "report_days"):
        op.drop_table(name)
    for table, column in _INDEXES:
        op.drop_index(f"ix_{table}_{column}", table)
