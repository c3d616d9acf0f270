"""Incidents, the cases that belong to them, and messages to all of these.

Revision 0007, after 0006, 2026-11-28.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("over_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_is_public_over_at", "incidents", ["is_public", "over_at"])
    op.create_table(
        "incident_cases",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("attached_at", _MOMENT, nullable=False),
        _key("incident_cases", "incident_id", "incidents", ondelete="CASCADE"),
        _key("incident_cases", "question_id", "questions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("incident_id", "question_id", name="pk_incident_cases"),
    )
    op.create_index("ix_incident_cases_question_id", "incident_cases", ["question_id"])
    op.create_table(
        "incident_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("send_at", _MOMENT, nullable=False),
        sa.Column("undone_at", _MOMENT, nullable=True),
        sa.Column("done_at", _MOMENT, nullable=True),
        _key("incident_messages", "incident_id", "incidents", ondelete="CASCADE"),
        _key("incident_messages", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_messages"),
    )
    op.create_index("ix_incident_messages_done_at_send_at", "incident_messages", ["done_at", "send_at"])
    op.create_index("ix_incident_messages_incident_id", "incident_messages", ["incident_id"])
    op.create_table(
        "incident_letters",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        _key("incident_letters", "message_id", "incident_messages", ondelete="CASCADE"),
        _key("incident_letters", "question_id", "questions", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "question_id", name="pk_incident_letters"),
    )
    op.create_index("ix_incident_letters_message_id_settled_at", "incident_letters", ["message_id", "settled_at"])
    op.create_index("ix_incident_letters_question_id", "incident_letters", ["question_id"])


def downgrade() -> None:
    for name in ("incident_letters", "incident_messages", "incident_cases", "incidents"):
        op.drop_table(name)


def _key(table: str, column: str, other: str, **options: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", **options)
