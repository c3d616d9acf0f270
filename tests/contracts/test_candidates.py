"""Which contracts a declaration could mean: found by index, whatever somebody wrote."""

import re

import pytest
from sqlalchemy import event

from portal.contracts.queries import candidates
from portal.foundation.database import db
from tests.contracts.books import ANNAS, BERNDS, contract


@pytest.fixture
def found(app):
    """The numbers of the contracts that are found, the likeliest first."""
    for row in (ANNAS, BERNDS):
        contract(app, row)

    def search(*texts: str, name: str = "", email: str = "") -> list[str]:
        with app.app_context():
            return [each.number for each in candidates(texts=texts, name=name, email=email)]

    return search


@pytest.mark.parametrize(
    ("texts", "given"),
    [
        (["TW-2025-00417"], {}),
        (["mein Vertrag tw 2025 00417, bitte"], {}),
        (["TW-2025-00471"], {}),  # two neighbours swapped
        (["TW-2025-0417"], {}),
        (["Kundennummer K-10417"], {}),
        ([], {"name": "berger, anna"}),
        ([], {"email": "Anna@Example.org "}),
    ],
)
def test_one_of_them_is_found(found, texts, given):
    assert found(*texts, **given) == [ANNAS["number"]]


def test_the_exact_number_comes_before_a_name_and_a_name_before_a_slip(found):
    assert found(BERNDS["number"], name="Anna Berger") == [BERNDS["number"], ANNAS["number"]]
    assert found("TW-2025-0417", name="Bernd Kolb") == [BERNDS["number"], ANNAS["number"]]


@pytest.mark.parametrize("texts", [[], [""], ["'; -- %_\"["], ["TW-1999-99999"], ["\x00 9\x00999"], ["\ud800 4711"]])
def test_nothing_that_says_nothing_finds_all(found, texts):
    assert found(*texts) == []


@pytest.mark.sqlite_only
def test_no_table_of_the_books_is_read_as_a_whole(app, found):
    sent = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append((given[2], given[3])))
        found("Vertrag TW-2025-0417 und K-10733", name="Anna Berger", email="anna@example.org")
        connection = db.session.connection()
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in list(sent)]
    read = {found[1] for plan in plans for row in plan if (found := re.match(r"SCAN (\w+)", row[-1]))}
    assert plans and not read & {"contracts", "customers"}, read


def test_signs_that_no_database_keeps_are_no_fault(found):
    assert found("TW-2025-00417", name="\x00 Vogt \ud800", email="\x00@example.org\ud800") == [ANNAS["number"]]
