"""Every table says whose data it holds: one that nobody named would survive every erasure."""

from collections import Counter

from portal import tables
from portal.foundation.database import db
from portal.privacy import HOLDINGS, IMPERSONAL

# Rooms that are being built: each declares its tables when it moves in.
AWAITED = {"settled_gaps", "step_counts"}
AWAITED |= {"article_origins", "article_proposals", "article_versions"}


def test_every_table_is_declared_once_as_somebodys_or_as_nobodys():
    assert tables.ROOMS
    declared = Counter([name for holding in HOLDINGS for name in holding.tables] + list(IMPERSONAL))
    undeclared = set(db.metadata.tables) - set(declared) - AWAITED
    assert not undeclared, "name new tables in the room's privacy.py, or in portal/privacy.py with the reason"
    assert set(declared) <= set(db.metadata.tables)
    assert [name for name, amount in declared.items() if amount > 1] == []
