"""Contracts of customers, and files that somebody looks at before they are imported.

Revision 0008, after 0007, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contracts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("number_key", sa.String(length=40), nullable=False),
        sa.Column("customer_number", sa.String(length=40), nullable=False),
        sa.Column("customer_number_key", sa.String(length=40), nullable=False),
        sa.Column("product", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("holder_key", sa.String(length=120), nullable=False),
        sa.Column("postal_address", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("is_consumer", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("first_term_end", sa.Date(), nullable=True),
        sa.Column("notice_count", sa.Integer(), nullable=False),
        sa.Column("notice_unit", sa.String(length=8), nullable=False),
        sa.Column("grid", sa.String(length=12), nullable=False),
        sa.Column("billing_count", sa.Integer(), nullable=False),
        sa.Column("billing_unit", sa.String(length=8), nullable=False),
        sa.Column("billed_from", sa.Date(), nullable=True),
        sa.Column("renewal", sa.String(length=12), nullable=False),
        sa.Column("renewed_count", sa.Integer(), nullable=True),
        sa.Column("renewed_unit", sa.String(length=8), nullable=False),
        sa.Column("price", sa.String(length=80), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contracts_customer_id_customers"),
        sa.PrimaryKeyConstraint("id", name="pk_contracts"),
        sa.UniqueConstraint("number_key", name="uq_contracts_number_key"),
    )
    for column in ("customer_id", "customer_number_key", "holder_key", "ends_on"):
        op.create_index(f"ix_contracts_{column}", "contracts", [column], unique=False)
    op.create_table(
        "contract_imports",
        sa.Column("mark", sa.String(length=43), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_contract_imports_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mark", name="pk_contract_imports"),
    )
    op.create_index("ix_contract_imports_made_at", "contract_imports", ["made_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_contract_imports_made_at", table_name="contract_imports")
    op.drop_table("contract_imports")
    for column in ("ends_on", "holder_key", "customer_number_key", "customer_id"):
        op.drop_index(f"ix_contracts_{column}", table_name="contracts")
    op.drop_table("contracts")
