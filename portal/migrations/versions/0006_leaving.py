"""Declarations of people who leave, where they stand, and the record that only grows.

Revision 0006, after 0005, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What was declared never changes, and the record only grows (spec leaving 2.13). A declaration may go when its time is
# over; the record says so, and `flask leaving verify` misses every other one.
_REFUSED = {
    "declarations": ("UPDATE",),
    "leaving_records": ("UPDATE", "DELETE"),
}


def upgrade() -> None:
    op.create_table(
        "declarations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_on_date", sa.Boolean(), nullable=False),
        sa.Column("wished", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("raw_fields", sa.JSON(), nullable=False),
        sa.Column("canonical_text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("page_version", sa.String(length=16), nullable=False),
        sa.Column("label_version", sa.String(length=16), nullable=False),
        sa.Column("form_sha256", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("question_number", sa.String(length=16), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("is_spooled", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_declarations"),
        sa.UniqueConstraint("reference", name="uq_declarations_reference"),
        sa.UniqueConstraint("stamp", name="uq_declarations_stamp"),
    )
    op.create_index(
        "ix_declarations_content_digest_received_at", "declarations", ["content_digest", "received_at"], unique=False
    )
    op.create_index("ix_declarations_kind_received_at", "declarations", ["kind", "received_at"], unique=False)
    op.create_table(
        "leaving_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "language", "measure", name="pk_leaving_counts"),
    )
    op.create_table(
        "leaving_feedback",
        sa.Column("mark", sa.String(length=22), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_leaving_feedback"),
    )
    op.create_index("ix_leaving_feedback_day", "leaving_feedback", ["day"], unique=False)
    op.create_table(
        "leaving_form_pages",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_leaving_form_pages"),
    )
    op.create_table(
        "leaving_record_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leaving_record_head"),
    )
    op.create_table(
        "leaving_records",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("actor_kind", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_leaving_records"),
        sa.UniqueConstraint("hash", name="uq_leaving_records_hash"),
    )
    op.create_index("ix_leaving_records_reference_position", "leaving_records", ["reference", "position"], unique=False)
    op.create_table(
        "declaration_standings",
        sa.Column("declaration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("match_rule", sa.String(length=40), nullable=False),
        sa.Column("match", sa.JSON(), nullable=False),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_by", sa.Integer(), nullable=True),
        sa.Column("wished_on", sa.Date(), nullable=True),
        sa.Column("computed_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("rule_version", sa.String(length=16), nullable=False),
        sa.Column("end_inputs", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("work", sa.String(length=24), nullable=False),
        sa.Column("work_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authority_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contested_from", sa.String(length=16), nullable=False),
        sa.Column("objection_until", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retention_until", sa.Date(), nullable=True),
        sa.Column("has_legal_hold", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declarations.id"],
            name="fk_declaration_standings_declaration_id_declarations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["declarations.id"],
            name="fk_declaration_standings_duplicate_of_id_declarations",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("declaration_id", name="pk_declaration_standings"),
    )
    op.create_index("ix_declaration_standings_contract_id", "declaration_standings", ["contract_id"], unique=False)
    op.create_index(
        "ix_declaration_standings_duplicate_of_id", "declaration_standings", ["duplicate_of_id"], unique=False
    )
    op.create_index(
        "ix_declaration_standings_state_effective_on", "declaration_standings", ["state", "effective_on"], unique=False
    )
    op.create_index("ix_declaration_standings_work_due_at", "declaration_standings", ["work_due_at"], unique=False)
    op.create_table(
        "leaving_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=8), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("to_hash", sa.String(length=64), nullable=False),
        sa.Column("notification_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declarations.id"],
            name="fk_leaving_deliveries_declaration_id_declarations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["notification_id"],
            ["notifications.id"],
            name="fk_leaving_deliveries_notification_id_notifications",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_leaving_deliveries"),
    )
    op.create_index("ix_leaving_deliveries_declaration_id", "leaving_deliveries", ["declaration_id"], unique=False)
    op.create_index("ix_leaving_deliveries_notification_id", "leaving_deliveries", ["notification_id"], unique=False)
    op.create_table(
        "leaving_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declarations.id"],
            name="fk_leaving_objections_declaration_id_declarations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_leaving_objections"),
    )
    op.create_index("ix_leaving_objections_declaration_id", "leaving_objections", ["declaration_id"], unique=False)
    op.create_table(
        "leaving_retractions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declarations.id"],
            name="fk_leaving_retractions_declaration_id_declarations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_leaving_retractions"),
    )
    op.create_index("ix_leaving_retractions_declaration_id", "leaving_retractions", ["declaration_id"], unique=False)
    op.execute("INSERT INTO leaving_record_head (id, position, hash) VALUES (1, 0, '')")
    _guard()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in _REFUSED:
            op.execute(f"DROP TRIGGER {table}_stay ON {table}")
        op.execute("DROP FUNCTION refuse_leaving_change()")
    op.drop_index("ix_leaving_retractions_declaration_id", table_name="leaving_retractions")
    op.drop_table("leaving_retractions")
    op.drop_index("ix_leaving_objections_declaration_id", table_name="leaving_objections")
    op.drop_table("leaving_objections")
    op.drop_index("ix_leaving_deliveries_notification_id", table_name="leaving_deliveries")
    op.drop_index("ix_leaving_deliveries_declaration_id", table_name="leaving_deliveries")
    op.drop_table("leaving_deliveries")
    op.drop_index("ix_declaration_standings_work_due_at", table_name="declaration_standings")
    op.drop_index("ix_declaration_standings_state_effective_on", table_name="declaration_standings")
    op.drop_index("ix_declaration_standings_duplicate_of_id", table_name="declaration_standings")
    op.drop_index("ix_declaration_standings_contract_id", table_name="declaration_standings")
    op.drop_table("declaration_standings")
    op.drop_index("ix_leaving_records_reference_position", table_name="leaving_records")
    op.drop_table("leaving_records")
    op.drop_table("leaving_record_head")
    op.drop_table("leaving_form_pages")
    op.drop_index("ix_leaving_feedback_day", table_name="leaving_feedback")
    op.drop_table("leaving_feedback")
    op.drop_table("leaving_counts")
    op.drop_index("ix_declarations_kind_received_at", table_name="declarations")
    op.drop_index("ix_declarations_content_digest_received_at", table_name="declarations")
    op.drop_table("declarations")


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_leaving_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'what was declared stays as it is'; END $$"
        )
        for table, verbs in _REFUSED.items():
            op.execute(
                f"CREATE TRIGGER {table}_stay BEFORE {' OR '.join(verbs)} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_leaving_change()"
            )
        return
    for table, verbs in _REFUSED.items():
        for verb in verbs:
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'what was declared stays as it is'); END"
            )
