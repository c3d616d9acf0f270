"""A look into the database that takes too long is broken off, on both databases, and nothing else is."""

import pytest
from sqlalchemy import text

from portal.foundation.database import connection_to_read
from portal.foundation.sql.prepared import Prepared
from portal.foundation.sql.time_limit import TookTooLong, read_within

ENDLESS = Prepared(
    text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i > 0) SELECT count(*) AS c FROM n")
)
MANY = Prepared(text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) SELECT i FROM n"))


def limit_of_postgresql() -> str:
    return connection_to_read().connection.driver_connection.execute("SHOW statement_timeout").fetchone()[0]


def test_what_has_no_end_is_broken_off_and_the_next_look_is_not(app):
    with app.test_request_context():
        with pytest.raises(TookTooLong), read_within(0.05):
            ENDLESS.rows()
        assert len(MANY.rows()) == 9999


def test_the_limit_ends_with_its_block(app):
    with app.test_request_context():
        with read_within(0.05):
            pass
        if connection_to_read().dialect.name == "postgresql":
            assert limit_of_postgresql() == "5s"
        assert len(MANY.rows()) == 9999


def test_a_block_within_a_block_neither_lifts_the_limit_nor_changes_it(app):
    def looks() -> None:
        with read_within(0.05):
            with read_within(9):
                pass
            ENDLESS.rows()

    with app.test_request_context(), pytest.raises(TookTooLong):
        looks()


def test_another_fault_stays_what_it_is(app):
    with app.test_request_context(), pytest.raises(Exception, match="nowhere") as raised, read_within(9):
        Prepared(text("SELECT nothing FROM nowhere")).rows()
    assert not isinstance(raised.value, TookTooLong)
