"""What a connection to PostgreSQL has prepared is asked while it is there, and anew when the server has forgotten."""

from contextlib import suppress

import pytest
from sqlalchemy import bindparam, event, select, text

from portal.foundation.database import connection_of_session, db, make_row, transaction
from portal.foundation.sql.prepared import Prepared
from portal.keys.models import Key
from tests.foundation.test_prepared import key

pytestmark = pytest.mark.parametrize("migrated", ["postgresql"], indirect=True)
SUBJECTS = Prepared(select(Key.subject_id).where(Key.subject_id == bindparam("number")))


class Changed(Exception):
    """Somebody has changed their mind."""


def prepared_there() -> list[str]:
    """What the server has prepared for this connection."""
    return list(connection_of_session().scalars(text("SELECT name FROM pg_prepared_statements ORDER BY prepare_time")))


def test_a_change_after_one_that_was_taken_back_is_kept_though_the_server_has_forgotten_everything(app):
    with app.app_context():
        with suppress(Changed), transaction():
            make_row(Key, key(1))
            for _ in range(3):
                # What the driver has prepared by itself: it lets the server forget all after a rollback.
                db.session.execute(text("SELECT 1"))
            assert len(prepared_there()) > 1
            raise Changed
        with transaction():
            make_row(Key, key(2))
            assert [each.subject_id for each in SUBJECTS.rows({"number": 2})] == [2]
        assert not SUBJECTS.rows({"number": 1})
        assert [each.subject_id for each in SUBJECTS.rows({"number": 2})] == [2]


def test_a_change_that_breaks_off_at_its_commit_is_taken_back_by_the_pool_and_the_next_one_is_kept(app):
    def breaks(_connection) -> None:
        raise Changed

    with app.app_context():
        event.listen(db.engine, "commit", breaks)
        with suppress(Changed), transaction():
            make_row(Key, key(1))
            for _ in range(3):
                db.session.execute(text("SELECT 1"))
        event.remove(db.engine, "commit", breaks)
        db.session.remove()
        with transaction():
            make_row(Key, key(2))
        assert not SUBJECTS.rows({"number": 1})
        assert [each.subject_id for each in SUBJECTS.rows({"number": 2})] == [2]


def test_a_reader_whose_server_has_forgotten_everything_prepares_it_anew(app):
    with app.app_context(), transaction():
        make_row(Key, key(1))
    with app.test_request_context():
        asked = db.engine.connect()
        for _ in range(2):
            assert [each.subject_id for each in SUBJECTS.rows({"number": 1}, asked)] == [1]
            asked.connection.dbapi_connection.execute("DEALLOCATE ALL")
        asked.close()


def test_who_asks_for_ever_new_statements_leaves_the_server_a_hundred_and_the_one_that_is_used(app):
    with app.app_context(), transaction():
        for number in range(130):
            assert Prepared(text(f"SELECT {number} AS n")).rows()[0].n == number
            assert not SUBJECTS.rows({"number": 1})
        there = prepared_there()
        assert len(there) <= 101
        used = Prepared(text("SELECT statement FROM pg_prepared_statements")).rows()
        assert any("SELECT keys.subject_id" in each.statement for each in used)
