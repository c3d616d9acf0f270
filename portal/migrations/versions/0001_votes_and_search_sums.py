"""Votes on articles, and sums of searches by day.

Revision 0001, after nothing, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_feedback",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("article_number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("voter", sa.String(64), nullable=False),
        sa.Column("is_helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article_feedback"),
        sa.UniqueConstraint(
            "article_number", "language", "voter", name="uq_article_feedback_article_number_language_voter"
        ),
    )
    op.create_table(
        "search_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("without_result", sa.Integer(), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "language", "words", name="pk_search_counts"),
    )
    op.create_index("ix_search_counts_day_without_result", "search_counts", ["day", "without_result"])
    op.create_table(
        "article_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("article_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "language", "article_number", name="pk_article_counts"),
    )


def downgrade() -> None:
    op.drop_table("article_counts")
    op.drop_index("ix_search_counts_day_without_result", "search_counts")
    op.drop_table("search_counts")
    op.drop_table("article_feedback")
