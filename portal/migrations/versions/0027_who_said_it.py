"""Who said what is known of customers, as far as contracts and the history tell it of the time before.

Revision 0027, after 0026, 2026-11-29.
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# A record that was made together with a contract came with it.
_WITH_CONTRACTS = """
    INSERT INTO customer_facts (customer_id, field, source, told_by, told_in, known_at)
    SELECT c.id, 'record', MIN(k.source), '', '', c.created_at
    FROM customers c JOIN contracts k ON k.customer_id = c.id AND k.created_at = c.created_at
    WHERE c.user_id IS NULL
    GROUP BY c.id, c.created_at
"""
# What somebody changed of themselves: which field it was, nobody wrote down then, so it counts for those three.
_BY_THEMSELVES = """
    INSERT INTO customer_facts (customer_id, field, source, told_by, told_in, known_at)
    SELECT c.id, f.field, 'customer', '', '', MAX(e.at)
    FROM customers c
    JOIN events e ON e.subject_type = 'customer' AND e.subject_id = c.id AND e.verb = 'customer.changed'
    CROSS JOIN (
        SELECT 'name' AS field UNION ALL SELECT 'language' UNION ALL SELECT 'contact_wishes'
    ) f
    GROUP BY c.id, f.field
"""


def upgrade() -> None:
    op.execute(_WITH_CONTRACTS)
    op.execute(_BY_THEMSELVES)


def downgrade() -> None:
    op.execute("DELETE FROM customer_facts")
