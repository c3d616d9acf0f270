"""Every table says whose data it holds: one that nobody named would survive every erasure."""

from collections import Counter

from portal import tables
from portal.foundation.database import db
from portal.privacy import HOLDINGS, IMPERSONAL


def test_every_table_is_declared_once_as_somebodys_or_as_nobodys():
    assert tables.ROOMS
    declared = Counter([name for holding in HOLDINGS for name in holding.tables] + list(IMPERSONAL))
    undeclared = set(db.metadata.tables) - set(declared)
    assert not undeclared, "name new tables in the room's privacy.py, or in portal/privacy.py with the reason"
    assert set(declared) <= set(db.metadata.tables)
    assert [name for name, amount in declared.items() if amount > 1] == []
