"""The cases of a tag are read in their order: a page of them reads as many as it shows.

Revision 0017, after 0016, 2026-11-28.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLE = "question_tags"


def upgrade() -> None:
    op.create_index("ix_question_tags_tag_question_id", _TABLE, ["tag", "question_id"])
    op.drop_index("ix_question_tags_tag", _TABLE)


def downgrade() -> None:
    op.create_index("ix_question_tags_tag", _TABLE, ["tag"])
    op.drop_index("ix_question_tags_tag_question_id", _TABLE)
