"""Whom the company's own sign-in knows under which mark.

Revision 0022, after 0021, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("called", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_company_links_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_company_links"),
        sa.UniqueConstraint("issuer", "subject", name="uq_company_links_issuer_subject"),
        sa.UniqueConstraint("user_id", "issuer", name="uq_company_links_user_id_issuer"),
    )


def downgrade() -> None:
    op.drop_table("company_links")
