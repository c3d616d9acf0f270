"""The search of the desk, and whoever takes down a call, find people by what stands in the books."""

import pytest

from portal.orders.queries import named_in_books
from tests.cast import ANNA, account
from tests.contracts.books import contract
from tests.orders.books import invoice, order
from tests.questions.people import counted


@pytest.mark.parametrize("typed", ["B-2026-5501", "b 2026 55O1", "R-2026-7701", "k10417"])
def test_a_customer_is_found_by_an_order_an_invoice_or_a_customer_number(app, clara, typed):
    account(app, ANNA)
    order(app)
    invoice(app)
    page = clara.opens(f"/desk/search?q={typed}")
    assert "Anna Berger" in page.text and "/desk/customers/" in page.html
    called = clara.submits(clara.opens("/desk/questions/new"), "/desk/questions", do="find", who=typed)
    assert "Anna Berger" in called.text


def test_a_contract_stands_before_what_else_has_its_customer_number(app, clara):
    account(app, ANNA)
    contract(app)
    order(app)
    order(app, Bestellnummer="B-2")
    with app.app_context():
        found = [(each.kind, each.number) for each in named_in_books("K-10417", 8)]
    assert found == [("contract", "TW-2025-00417"), ("customer", "K-10417")]


def test_looking_into_the_books_is_one_statement(app, clara):
    order(app)
    with app.app_context(), counted(app) as seen:
        assert [each.kind for each in named_in_books("B-2026-5501", 8)] == ["order"]
        assert named_in_books("router", 8) == [] and named_in_books("anna@example.org", 8) == []
    assert len(seen) == 1
