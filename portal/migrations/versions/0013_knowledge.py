"""What editors learn and keep: gaps that were settled, steps, origins and versions of articles, proposals.

Revision 0013, after 0012, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_counts", sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("questions", sa.Column("article_step", sa.Integer(), nullable=True))
    op.create_index(
        "ix_questions_article_number",
        "questions",
        ["article_number"],
        sqlite_where=sa.text("article_number IS NOT NULL"),
        postgresql_where=sa.text("article_number IS NOT NULL"),
    )
    _counts()
    _origins()
    _versions()
    _proposals()


def _counts() -> None:
    op.create_table(
        "step_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("article_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stuck", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "language", "article_number", "step", name="pk_step_counts"),
    )
    op.create_table(
        "settled_gaps",
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("stems", sa.String(length=200), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("settled_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("language", "stems", name="pk_settled_gaps"),
    )


def _origins() -> None:
    op.create_table(
        "article_origins",
        sa.Column("article_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name="fk_article_origins_question_id_questions", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_number", "question_id", name="pk_article_origins"),
    )
    op.create_index("ix_article_origins_question_id", "article_origins", ["question_id"])
    op.create_index("ix_article_origins_told_at", "article_origins", ["told_at"])


def _versions() -> None:
    op.create_table(
        "article_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=100), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article_versions"),
    )
    op.create_index("ix_article_versions_file_id", "article_versions", ["file", "id"])


def _proposals() -> None:
    op.create_table(
        "article_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("keywords", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("article_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name="fk_article_proposals_question_id_questions", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_proposals"),
    )
    op.create_index("ix_article_proposals_decided_at_id", "article_proposals", ["decided_at", "id"])
    op.create_index("ix_article_proposals_question_id", "article_proposals", ["question_id"])


def downgrade() -> None:
    for table in ("article_proposals", "article_versions", "article_origins", "settled_gaps", "step_counts"):
        op.drop_table(table)
    op.drop_index("ix_questions_article_number", "questions")
    op.drop_column("questions", "article_step")
    op.drop_column("search_counts", "asked")
