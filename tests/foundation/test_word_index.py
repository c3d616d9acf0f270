"""The word tables of SQLite read along, and are true at every moment for what they have read."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from portal.duties import CHORES
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.foundation.sql.word_index import read_along
from portal.operation.soundness import database_faults, rebuild_index

pytestmark = pytest.mark.sqlite_only


def write(statement: str, **values: object) -> None:
    with transaction():
        db.session.execute(text(statement), values)


def customer(number: int, name: str) -> None:
    write(
        "INSERT INTO customers (id, name, email, language, contact_wishes, created_at) "
        "VALUES (:id, :name, :email, 'de', '', '2026-11-28 12:00:00.000000')",
        id=number,
        name=name,
        email=f"person{number}@example.org",
    )


def known(word: str) -> list[int]:
    rows = "SELECT rowid FROM fts_customers WHERE fts_customers MATCH :word ORDER BY rowid"
    return list(db.session.scalars(text(rows), {"word": word}))


@pytest.fixture
def inside(app):
    with app.app_context():
        yield


@pytest.mark.usefixtures("inside")
def test_what_is_written_is_read_a_moment_later_by_whoever_goes_the_rounds():
    customer(1, "Anna Berger")
    assert known("Anna") == []
    read_along()
    assert known("Anna") == [1]


@pytest.mark.usefixtures("inside")
def test_rows_that_change_or_go_before_and_after_they_are_read_leave_the_index_whole():
    customer(1, "Anna"), customer(2, "Bernd")
    read_along()
    customer(3, "Clara"), customer(4, "Dora")
    write("UPDATE customers SET name = 'Annika' WHERE id = 1")
    write("UPDATE customers SET name = 'Claire' WHERE id = 3")
    write("DELETE FROM customers WHERE id IN (2, 4)")
    assert (known("Anna"), known("Annika"), known("Bernd"), known("Claire")) == ([], [1], [], [])
    assert list(database_faults()) == []
    read_along()
    assert known("Claire") == [3] and list(database_faults()) == []


@pytest.mark.usefixtures("inside")
def test_once_a_day_what_was_read_in_many_pieces_is_one_and_finds_the_same():
    for number in range(1, 6):
        customer(number, f"Anna {number}")
        read_along()
    pieces = text("SELECT count(DISTINCT segid) FROM fts_customers_idx")
    assert db.session.scalar(pieces) > 3
    next(chore for chore in CHORES if chore.name == "operation.measuring").run(clock.now())
    assert (db.session.scalar(pieces), known("Anna"), list(database_faults())) == (1, [1, 2, 3, 4, 5], [])


@pytest.mark.usefixtures("inside")
def test_a_row_that_takes_the_number_of_one_that_is_gone_is_read_at_once():
    customer(1, "Anna")
    read_along()
    write("DELETE FROM customers")
    customer(1, "Bernd")
    assert (known("Anna"), known("Bernd")) == ([], [1])
    assert list(database_faults()) == []


@pytest.mark.usefixtures("inside")
def test_an_index_that_was_made_anew_reads_on_from_there():
    customer(1, "Anna"), customer(2, "Bernd")
    rebuild_index()
    customer(3, "Clara")
    read_along()
    assert (known("Anna"), known("Clara")) == ([1], [3])
    assert list(database_faults()) == []


@pytest.mark.usefixtures("inside")
def test_tables_that_are_made_anew_by_a_migration_know_what_was_read_and_what_was_not():
    customer(1, "Anna")
    read_along()
    customer(2, "Anna")
    downgrade(revision="0018"), upgrade()
    assert known("Anna") == [1, 2]
    customer(3, "Anna")
    read_along()
    assert known("Anna") == [1, 2, 3] and list(database_faults()) == []
