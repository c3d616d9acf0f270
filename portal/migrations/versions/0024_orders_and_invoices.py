"""Orders and invoices, where what is known of a customer is from, and what kind of file waits for its import.

Revision 0024, after 0023, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_EMPTY = sa.text("''")


def _told() -> list[sa.Column]:
    return [
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("told_by", sa.String(length=100), nullable=False, server_default=_EMPTY),
        sa.Column("told_in", sa.String(length=120), nullable=False, server_default=_EMPTY),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _booked(table: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("number_key", sa.String(length=40), nullable=False),
        sa.Column("customer_number", sa.String(length=40), nullable=False),
        sa.Column("customer_number_key", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("contract_number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *columns,
        *_told(),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=f"fk_{table}_customer_id_customers"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("number_key", name=f"uq_{table}_number_key"),
    )
    for column in ("customer_id", "customer_number_key"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    item = sa.Column("item", sa.String(length=200), nullable=False)
    _booked("orders", item, sa.Column("ordered_on", sa.Date(), nullable=False))
    _booked(
        "invoices",
        sa.Column("order_number", sa.String(length=40), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "customer_facts",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        *_told(),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_customer_facts_customer_id_customers", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "field", name="pk_customer_facts"),
    )
    op.add_column("contracts", sa.Column("told_by", sa.String(length=100), nullable=False, server_default=_EMPTY))
    op.add_column("contracts", sa.Column("told_in", sa.String(length=120), nullable=False, server_default=_EMPTY))
    op.add_column(
        "contract_imports", sa.Column("kind", sa.String(length=12), nullable=False, server_default="contracts")
    )


def downgrade() -> None:
    op.drop_column("contract_imports", "kind")
    for column in ("told_in", "told_by"):
        op.drop_column("contracts", column)
    op.drop_table("customer_facts")
    for table in ("invoices", "orders"):
        for column in ("customer_number_key", "customer_id"):
            op.drop_index(f"ix_{table}_{column}", table_name=table)
        op.drop_table(table)
