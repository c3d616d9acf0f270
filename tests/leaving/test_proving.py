"""`flask leaving verify` and `flask check` find whatever was changed, added or removed behind the portal's back."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.foundation import clock
from portal.foundation.database import db
from portal.integrity import check
from portal.keys.chores import remove_old
from portal.leaving.proving import faults, write_digest
from tests.leaving.declaring import press, send
from tests.mailbox import Mailbox

TAMPERED = {
    "a word": ("declarations", "UPDATE declarations SET name = 'Berta' WHERE id = 1", "C26-00001-4: it was changed"),
    "the time": (
        "declarations",
        "UPDATE declarations SET received_at = '2027-01-01 00:00:00' WHERE id = 2",
        "C26-00002-3: it was changed",
    ),
    "a row": ("declarations", "DELETE FROM declarations WHERE id = 2", "C26-00002-3: it is missing"),
    "an entry": (
        "leaving_records",
        "UPDATE leaving_records SET verb = 'x' WHERE position = 1",
        "record 1: it was changed",
    ),
    "a fact": (
        "leaving_records",
        "UPDATE leaving_records SET facts = '{}' WHERE position = 2",
        "record 2: it was changed",
    ),
    "a gap": ("leaving_records", "DELETE FROM leaving_records WHERE position = 1", "record 1: the entry is missing"),
    "the end": ("leaving_records", "DELETE FROM leaving_records WHERE position = 2", "record: its head says 2 entries"),
}


def take_trigger(connection, table, verb):
    """Nothing keeps rows of that table from that change any more; PostgreSQL has one trigger for all changes."""
    is_sqlite = connection.dialect.name == "sqlite"
    name = f"{table}_no_{verb}" if is_sqlite else f"{table}_stay ON {table}"
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


@pytest.fixture
def two(app, guest):
    """Two declarations, both confirmed."""
    press(guest)
    send(guest, about="Telefon")
    Mailbox(app).deliver()
    return app


def test_an_untouched_record_is_whole(two):
    """Checklist 52."""
    with two.app_context():
        write_digest(clock.now())
        assert list(faults(clock.now())) == [] and list(check(clock.now())) == []
        done = two.test_cli_runner().invoke(args=["leaving", "verify"])
        assert done.exit_code == 0 and "2 entries" in done.output and "0 faults." in done.output


@pytest.mark.parametrize(("table", "change", "found"), TAMPERED.values(), ids=TAMPERED)
def test_tampering_is_found(two, table, change, found):
    """Checklist 52: also by somebody who removed the triggers first."""
    with two.app_context():
        with db.engine.begin() as connection:
            take_trigger(connection, table, "update")
            if table == "leaving_records":
                take_trigger(connection, table, "delete")
            connection.execute(text(change))
        assert any(found in fault for fault in faults(clock.now()))
        assert two.test_cli_runner().invoke(args=["leaving", "verify"]).exit_code == 1


def test_a_record_that_was_replaced_as_a_whole_does_not_fit_the_digest(two):
    """Spec 2.15: the day's hash stands in a second place."""
    with two.app_context():
        write_digest(clock.now())
        db.session.rollback()
        with db.engine.begin() as connection:
            for verb in ("update", "delete"):
                take_trigger(connection, "leaving_records", verb)
            connection.exec_driver_sql("DELETE FROM leaving_records")
            connection.exec_driver_sql("DELETE FROM declarations")
            connection.exec_driver_sql("UPDATE leaving_record_head SET position = 0, hash = ''")
        assert ["another hash was written down" in fault for fault in faults(clock.now())] == [True]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("DELETE FROM notifications WHERE subject_id = 1", "C26-00001-4: no confirmation"),
        ("DELETE FROM keys", "C26-00001-4: no key opens its receipt"),
        ("DELETE FROM declaration_standings WHERE declaration_id = 1", "C26-00001-4: it stands nowhere"),
    ],
)
def test_flask_check_misses_whatever_belongs_to_a_declaration(two, change, found):
    """Every declaration has receipt, outbox row and record."""
    with two.app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM leaving_deliveries")
            connection.exec_driver_sql(change)
        assert any(found in fault for fault in check(clock.now()))


def test_flask_check_misses_no_key_of_a_receipt_whose_three_years_are_over(two):
    """The worker removes keys that ended; the declaration stays for six years and is whole without one."""
    with two.app_context():
        later = clock.now() + timedelta(days=4 * 366)
        remove_old(later)
        assert list(check(later)) == []
        assert any("C26-00001-4: no key opens its receipt" in fault for fault in check(clock.now()))
