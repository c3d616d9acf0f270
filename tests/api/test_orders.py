"""Orders and invoices of other programs, on the way of contracts: exact amounts, and no doubt about whose they are."""

import pytest
from sqlalchemy import update

from portal.api.orders import INVOICES, ORDERS
from portal.api.rules import Scope
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.orders.models import Invoice, Order
from portal.orders.reading import INVOICE_FIELDS, ORDER_FIELDS
from tests.api.programs import program_of
from tests.contracts.books import ANNAS, BERNDS, contract
from tests.orders.books import booked, invoice, order

NEW_ORDER = {
    "email": "anna@example.org",
    "customer_number": "K-10417",
    "item": "Talwind Router 7",
    "ordered_on": "2026-11-02",
    "state": "delivered",
    "amount": "129.00",
}
NEW_INVOICE = {
    "email": "anna@example.org",
    "customer_number": "K-10417",
    "issued_on": "2026-11-03",
    "due_on": "2026-11-17",
    "state": "open",
    "amount": "1129.00",
    "order_number": "B-2026-5501",
}
KINDS = [
    ("/orders/B-2026-5501", NEW_ORDER, Order),
    ("/invoices/R-2026-7701", NEW_INVOICE, Invoice),
]


@pytest.mark.parametrize(("path", "thing", "model"), KINDS)
def test_one_is_put_by_its_number_read_and_put_back(app, dora, path, thing, model):
    program = program_of(app)
    made = program.puts(path, thing)
    assert (made.status, made.thing["outcome"], made.thing["source"]) == (201, "new", "api")
    read = program.gets(path.lower()).thing
    assert {name: read[name] for name in thing} == thing and read["known_at"] == "2026-12-16T10:00:00Z"
    names = [each.name for each in (ORDERS if model is Order else INVOICES).fields]
    again = program.puts(path, {name: value for name, value in read.items() if name in names})
    assert (again.status, again.thing["outcome"]) == (200, "same")
    assert program.puts(path, thing | {"state": "cancelled"}).thing["outcome"] == "changed"
    assert [each.state for each in booked(app, model)] == ["cancelled"]
    assert path.split("/")[-1] in dora.opens(f"/desk{path.rsplit('/', 1)[0]}").text


def test_an_invoice_says_whether_it_is_overdue_and_a_credit_note_is_below_zero(app):
    program = program_of(app)
    answer = program.puts("/invoices/R-1", NEW_INVOICE | {"amount": "-0.05"})
    assert (answer.thing["is_overdue"], answer.thing["amount"]) == (True, "-0.05")
    assert program.puts("/invoices/R-1", NEW_INVOICE | {"state": "paid"}).thing["is_overdue"] is False


def test_what_names_no_address_belongs_to_the_one_customer_with_that_number(app):
    contract(app), contract(app, BERNDS)
    unnamed = {name: value for name, value in NEW_ORDER.items() if name != "email"}
    program = program_of(app)
    assert program.puts("/orders/B-1", unnamed).status == 201
    (found,) = program.posts("/customers/search", {"customer_number": "K-10417"}).thing["customers"]
    assert (found["email"], [each["number"] for each in found["orders"]]) == (ANNAS["email"], ["B-1"])
    stranger = program.puts("/orders/B-2", unnamed | {"customer_number": "K-0"})
    assert stranger.status == 422 and list(stranger.faults) == ["customer_number"]


@pytest.mark.together
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": "1.234"}, "amount"),
        ({"amount": 129}, "amount"),
        ({"amount": "1e5"}, "amount"),
        ({"amount": "99999999999999999999"}, "amount"),
        ({"currency": "JPY"}, "currency"),
        ({"state": "geliefert"}, "state"),
        ({"ordered_on": "0001-01-01"}, "ordered_on"),
        ({"item": ""}, "item"),
        ({"cents": 1}, "cents"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(app, changed, field):
    answer = program_of(app).puts("/orders/B-1", NEW_ORDER | changed)
    assert answer.status == 422 and list(answer.faults) == [field] and booked(app) == []


def test_many_are_put_at_once(app):
    things = [NEW_INVOICE | {"number": f"R-{number}"} for number in range(3)] + [NEW_INVOICE]
    answer = program_of(app).puts("/invoices", {"invoices": things})
    assert [each["outcome"] for each in answer.thing["invoices"]] == ["new", "new", "new", "faulty"]
    assert len(booked(app, Invoice)) == 3


def test_one_whose_owner_another_of_the_batch_makes_doubtful_is_refused_alone(app):
    contract(app)
    doubtful = NEW_INVOICE | {"number": "R-2", "email": ""}
    things = [NEW_INVOICE | {"number": "R-1", "email": BERNDS["email"]}, doubtful, NEW_INVOICE | {"number": "R-3"}]
    answer = program_of(app).puts("/invoices", {"invoices": things})
    assert [each["outcome"] for each in answer.thing["invoices"]] == ["new", "faulty", "new"]
    assert [each.number for each in booked(app, Invoice)] == ["R-1", "R-3"]


def test_what_was_locked_when_its_customer_was_erased_is_neither_shown_nor_brought_back(app):
    order(app), invoice(app)
    with app.app_context(), transaction():
        db.session.execute(update(Order).values(locked_at=clock.now()))
    program = program_of(app)
    assert program.gets("/orders/B-2026-5501").status == 404
    assert program.puts("/orders/B-2026-5501", NEW_ORDER).status == 409
    (found,) = program.posts("/customers/search", {"email": "anna@example.org"}).thing["customers"]
    assert (found["orders"], [each["number"] for each in found["invoices"]]) == ([], ["R-2026-7701"])


def test_each_kind_has_scopes_of_its_own(app):
    program = program_of(app, scopes=[Scope.ORDERS_WRITE, Scope.INVOICES_READ])
    statuses = [program.puts(path, thing).status for path, thing, _model in KINDS]
    assert statuses == [201, 403]
    assert [program.gets(path).status for path, _thing, _model in KINDS] == [403, 404]


def test_the_fields_are_those_of_an_import():
    assert [each.name for each in ORDERS.fields] == list(ORDER_FIELDS)
    assert [each.name for each in INVOICES.fields] == list(INVOICE_FIELDS)
