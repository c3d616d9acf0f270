"""Mails that came in, how far mailboxes were read, and what only messages have that came by mail.

Revision 0026, after 0025, 2026-11-29.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("envelope_sender", sa.String(length=320), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("sender_name", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=1000), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name="fk_incoming_mails_question_id_questions", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incoming_mails"),
        sa.UniqueConstraint("fingerprint", name="uq_incoming_mails_fingerprint"),
    )
    op.create_index("ix_incoming_mails_state_id", "incoming_mails", ["state", "id"])
    op.create_index("ix_incoming_mails_sender_received_at", "incoming_mails", ["sender", "received_at"])
    op.create_index("ix_incoming_mails_question_id", "incoming_mails", ["question_id"])
    op.create_index("ix_incoming_mails_received_at", "incoming_mails", ["received_at"])
    op.create_table(
        "mailbox_progress",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_mailbox_progress"),
    )
    op.create_table(
        "mailed_messages",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_mailed_messages_message_id_messages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name="pk_mailed_messages"),
    )


def downgrade() -> None:
    for table in ("mailed_messages", "mailbox_progress", "incoming_mails"):
        op.drop_table(table)
