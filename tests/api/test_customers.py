"""Customers for other programs: by address or customer number, with their contracts, and nobody else's."""

import pytest
from sqlalchemy import update

from portal.api.rules import Scope
from portal.contracts.models import Contract
from portal.foundation import clock
from portal.foundation.database import db, transaction
from tests.accounts.people import statements
from tests.api.programs import program_of
from tests.cast import ANNA, account
from tests.contracts.books import ANNAS, BERNDS, contract

SEARCH = "/customers/search"


def test_a_customer_is_found_by_address_with_contracts_their_source_and_age(app):
    account(app, ANNA)
    contract(app), contract(app, BERNDS)
    (found,) = program_of(app).posts(SEARCH, {"email": "ANNA@example.org"}).thing["customers"]
    (row,) = found.pop("contracts")
    assert found == {
        "name": "Anna Berger",
        "email": "anna@example.org",
        "is_address_proven": True,
        "has_account": True,
        "language": "de",
        "contact_wishes": "",
        "known_since": "2026-12-16T10:00:00Z",
        "orders": [],
        "invoices": [],
    }
    assert {name: row[name] for name in ANNAS} == ANNAS
    assert (row["source"], row["known_at"]) == ("desk", "2026-12-16T10:00:00Z")


def test_a_customer_is_found_by_a_customer_number_in_any_spelling(app):
    contract(app), contract(app, BERNDS)
    (found,) = program_of(app).posts(SEARCH, {"customer_number": "k 1O417"}).thing["customers"]
    assert found["email"] == "anna@example.org" and not found["has_account"]


@pytest.mark.together
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "email"),
        ({"email": "", "customer_number": None}, "email"),
        ({"email": "anna@example.org", "customer_number": "K-10417"}, "email"),
        ({"email": "anna"}, "email"),
        ({"email": 1}, "email"),
        ({"customer_number": "1" * 41}, "customer_number"),
        ({"name": "Anna"}, "name"),
    ],
)
def test_a_search_names_one_thing_that_can_be_looked_for(app, sent, field):
    answer = program_of(app).posts(SEARCH, sent)
    assert answer.status == 422 and field in answer.faults


@pytest.mark.parametrize(
    "sent", [{"email": "nobody@example.org"}, {"customer_number": "K-0"}, {"customer_number": "-"}]
)
def test_nobody_is_found_for_what_nobody_has(app, sent):
    contract(app)
    assert program_of(app).posts(SEARCH, sent).thing == {"customers": []}


def test_what_is_only_kept_because_a_law_says_so_is_not_shown(app):
    contract(app)
    with app.app_context(), transaction():
        db.session.execute(update(Contract).values(locked_at=clock.now()))
    program = program_of(app)
    assert program.posts(SEARCH, {"customer_number": "K-10417"}).thing == {"customers": []}
    (found,) = program.posts(SEARCH, {"email": "anna@example.org"}).thing["customers"]
    assert found["contracts"] == []


def test_it_needs_its_own_scope(app):
    scopes = [scope for scope in Scope if scope is not Scope.CUSTOMERS_READ]
    assert program_of(app, scopes=scopes).posts(SEARCH, {"email": "anna@example.org"}).status == 403


def test_many_contracts_cost_no_more_statements_than_one(app):
    program = program_of(app)
    program.gets("/token")
    amounts = []
    for number in range(3):
        contract(app, ANNAS | {"number": f"TW-{number}"})
        with statements(app) as seen:
            program.posts(SEARCH, {"email": "anna@example.org"})
        amounts.append(len(seen))
    assert len(set(amounts)) == 1 and amounts[0] <= 10
