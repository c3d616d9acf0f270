"""Closed accounts, what is only kept because a law says so, bytes that wait to be removed, an older audit may go.

The audit only grows: its entries are never changed, and removed only when they are a year old. What proves an erasure
or a restore stays for good, because it explains the gaps in the numbers.

Revision 0011, after 0010, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PROOFS = "('question.erased', 'person.erased', 'data.restored')"


def upgrade() -> None:
    op.add_column("users", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "discarded_files",
        sa.Column("storage_name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("storage_name", name="pk_discarded_files"),
    )
    op.create_table(
        "account_closings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_account_closings_customer_id_customers", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_account_closings_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_closings"),
    )
    op.create_index("ix_account_closings_user_id", "account_closings", ["user_id"])
    op.create_index("ix_account_closings_reopened_at_erase_at", "account_closings", ["reopened_at", "erase_at"])
    op.add_column("contracts", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("declaration_standings", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    _guard(old_may_go=True)


def downgrade() -> None:
    _guard(old_may_go=False)
    for table in ("declaration_standings", "contracts"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("locked_at")
    op.drop_table("account_closings")
    op.drop_table("discarded_files")
    with op.batch_alter_table("users") as batch:
        batch.drop_column("closed_at")


def _guard(*, old_may_go: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        young = f"WHEN OLD.at > datetime('now', '-365 days') OR OLD.verb IN {_PROOFS} " if old_may_go else ""
        op.execute("DROP TRIGGER audit_entries_no_delete")
        op.execute(
            f"CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries {young}"
            "BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END"
        )
        return
    kept = f"OLD.at > now() - interval '365 days' OR OLD.verb IN {_PROOFS}" if old_may_go else "true"
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' OR {kept} THEN RAISE EXCEPTION 'the audit only grows'; END IF; RETURN OLD; END $$"
    )
