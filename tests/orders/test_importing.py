"""Orders and invoices from a file: exact amounts, German words, whose they are, and twice is once."""

from datetime import date

import pytest

from portal.contracts.books import LineFault, Outcome, look_at
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.models import Event
from portal.orders.importing import INVOICES, ORDERS
from portal.orders.models import Invoice
from portal.orders.reading import Money, read_money
from portal.orders.rules import is_overdue
from tests.cast import ANNA, BERND, account
from tests.contracts.books import contract, in_the_file
from tests.orders.books import INVOICE, ORDER, booked, invoice, order


@pytest.mark.parametrize(
    ("written", "cents", "currency"),
    [
        ("49,90", 4990, "EUR"),
        ("49.9", 4990, "EUR"),
        ("1.234,50 €", 123450, "EUR"),
        ("1,234.50 USD", 123450, "USD"),
        ("1'234.50 CHF", 123450, "CHF"),
        ("12 Fr.", 1200, "CHF"),
        ("EUR 0,01", 1, "EUR"),
        ("1 234 567,89", 123456789, "EUR"),
        ("1.234.567", 123456700, "EUR"),
        ("−12,00", -1200, "EUR"),
    ],
)
def test_amounts_are_read_to_the_cent_however_offices_write_them(written, cents, currency):
    assert read_money(written) == Money(cents, currency)


@pytest.mark.parametrize(
    "written",
    ["1.234", "1,234", "1.2345", "12,3,4", "1.234,567", "1.23.456,00", "zehn", "12 EUR CHF", "-", "9" * 15, "500 JPY"],
)
def test_what_could_be_two_amounts_or_none_is_refused(written):
    with pytest.raises(ValueError, match="no amount"):
        read_money(written)


def test_the_same_file_twice_changes_nothing_and_a_changed_line_changes_its_order(app):
    order(app)
    assert order(app).count(Outcome.SAME) == 1
    other = order(app, Status="zurückgeschickt", Bestellnummer="b 2026 55O1")
    assert other.lines[0].changed == ("number", "state")
    (kept,) = booked(app)
    assert (kept.item, kept.state, kept.cents, kept.currency) == ("Talwind Router 7", "returned", 12900, "EUR")
    assert (kept.source, kept.told_in) == ("import", "bestellungen.csv")
    with app.app_context():
        verbs = db.session.scalars(db.select(Event.verb).where(Event.subject_type == "order").order_by(Event.id))
        assert list(verbs) == ["order.added", "order.changed"]


def test_a_look_changes_nothing_and_every_fault_of_a_line_is_named(app):
    rows = [
        ORDER,
        ORDER | {"Bestellnummer": "b-2026-55o1"},
        ORDER | {"Bestellnummer": "B-2", "Betrag": "1.234", "Status": "irgendwo", "Bestelldatum": "31.02.2026"},
        ORDER | {"Bestellnummer": "B-3", "E-Mail": "", "Kundennummer": ""},
        ORDER | {"Bestellnummer": "B-4", "E-Mail": "", "Kundennummer": "K-99999"},
    ]
    with app.app_context():
        found = look_at(ORDERS, in_the_file(*rows).encode())
    said = [[getattr(each, "field", each) for each in line.faults] for line in found.lines]
    assert said == [[], [LineFault.TWICE], ["ordered_on", "state", "amount"], ["email"], ["customer_number"]]
    assert booked(app) == []


def test_an_invoice_cannot_be_due_before_it_is_issued(app):
    with app.app_context():
        found = look_at(INVOICES, in_the_file(INVOICE | {"Fällig am": "02.11.2026"}).encode())
    assert [each.field for each in found.lines[0].faults] == ["due_on"]


def test_a_line_without_an_address_belongs_to_whoever_has_its_customer_or_contract_number(app):
    contract(app)
    invoice(app, **{"E-Mail": "", "Rechnungsnummer": "R-1"})
    with_contract = INVOICE | {"E-Mail": "", "Kundennummer": "", "Rechnungsnummer": "R-2", "Vertrag": "tw 2025 00417"}
    invoice(app, with_contract)
    with app.app_context():
        rows = db.select(Customer.email).join(Invoice, Invoice.customer_id == Customer.id)
        assert list(db.session.scalars(rows)) == [ANNA.email, ANNA.email]


def test_a_customer_number_that_two_people_have_decides_nothing(app):
    contract(app)
    contract(app, number="TW-2", holder="Bernd Kolb", email=BERND.email)
    done = invoice(app, **{"E-Mail": ""})
    assert [each.what for each in done.lines[0].faults] == ["several"] and booked(app, Invoice) == []


def test_a_line_whose_owner_an_earlier_one_makes_doubtful_is_refused_alone(app):
    contract(app)
    doubtful = INVOICE | {"Rechnungsnummer": "R-2", "E-Mail": ""}
    rows = [INVOICE | {"E-Mail": BERND.email}, doubtful, INVOICE | {"Rechnungsnummer": "R-3"}]
    done = invoice(app, *rows)
    assert [each.what for each in done.faulty[0].faults] == ["several"] and done.count(Outcome.NEW) == 2
    assert [each.number for each in booked(app, Invoice)] == ["R-2026-7701", "R-3"]


def test_what_is_known_needs_no_owner_again_while_the_books_name_the_same_number(app):
    contract(app)
    invoice(app, **{"E-Mail": ""})
    contract(app, number="TW-2", holder="Bernd Kolb", email=BERND.email)
    assert invoice(app, **{"E-Mail": "", "Status": "bezahlt"}).count(Outcome.CHANGED) == 1
    (kept,) = booked(app, Invoice)
    assert kept.state == "paid"
    other = invoice(app, **{"E-Mail": "", "Kundennummer": "K-404"})
    assert [each.what for each in other.faulty[0].faults] == ["stranger"]
    with app.app_context():
        assert db.session.get_one(Customer, kept.customer_id).email == ANNA.email


def test_an_account_keeps_what_is_its_own_until_the_books_name_somebody_else(app):
    account(app, ANNA)
    account(app, BERND)
    order(app)
    (before,) = booked(app)
    with app.app_context():
        customer = db.session.get_one(Customer, before.customer_id)
        assert customer.user_id is not None
        customer.email = "anna.neu@example.org"
        db.session.commit()
    order(app, Status="zurück")
    order(app, Vertrag="TW-2025-00417", Kundennummer="K-9")
    assert booked(app)[0].customer_id == before.customer_id
    order(app, **{"E-Mail": BERND.email})
    with app.app_context():
        assert db.session.get_one(Customer, booked(app)[0].customer_id).email == BERND.email


def test_what_the_file_has_no_column_for_stays_and_an_empty_field_empties(app):
    invoice(app, Vertrag="TW-1", Währung="CHF", Betrag="49,90")
    short = {name: value for name, value in INVOICE.items() if name not in ("E-Mail", "Kundennummer", "Fällig am")}
    done = invoice(app, short | {"Betrag": "49,90", "Status": "bezahlt"})
    assert (done.lines[0].changed, done.lines[0].emptied) == (("state",), ())
    (kept,) = booked(app, Invoice)
    said = (kept.email, kept.customer_number, kept.contract_number, str(kept.due_on), kept.currency, kept.state)
    assert said == (ANNA.email, "K-10417", "TW-1", "2026-11-17", "CHF", "paid")
    done = invoice(app, short | {"E-Mail": ANNA.email, "Fällig am": "", "Vertrag": "", "Betrag": "49,90 €"})
    assert done.lines[0].emptied == ("contract_number", "due_on")
    (kept,) = booked(app, Invoice)
    assert (kept.due_on, kept.contract_number, kept.customer_number, kept.currency) == (None, "", "K-10417", "EUR")


def test_an_address_that_is_kept_is_not_that_of_another_customer_number(app):
    contract(app, number="TW-2", customer_number="K-2", holder="Bernd Kolb", email=BERND.email)
    order(app)
    short = {name: value for name, value in ORDER.items() if name != "E-Mail"}
    assert order(app, short | {"Kundennummer": "k 10417"}).lines[0].changed == ("customer_number",)
    assert order(app, short | {"Kundennummer": "K-2"}).lines[0].emptied == ("email",)
    with app.app_context():
        assert db.session.get_one(Customer, booked(app)[0].customer_id).email == BERND.email


def test_a_name_in_the_file_is_that_of_a_guest_who_is_new(app):
    order(app, Kunde="Gerda Groß", **{"E-Mail": "gerda@example.org"})
    order(app, **{"E-Mail": "gerda@example.org", "Bestellnummer": "B-2"})
    order(app, **{"E-Mail": "hugo@example.org", "Bestellnummer": "B-3"})
    with app.app_context():
        names = db.session.execute(db.select(Customer.email, Customer.name).order_by(Customer.id)).all()
    assert names == [("gerda@example.org", "Gerda Groß"), ("hugo@example.org", "hugo@example.org")]


def test_an_address_and_a_number_that_are_too_long_for_their_columns_stop_no_import(app):
    email = f"{'a' * 60}@{'b' * 60}.example.org"
    order(app, **{"E-Mail": email})
    with app.app_context():
        assert db.session.scalars(db.select(Customer.name)).one() == email[:100]
    done = order(app, Bestellnummer="ß" * 40)
    assert [(each.field, each.what) for each in done.faulty[0].faults] == [("number", "too_long")]


def test_an_open_invoice_is_overdue_from_the_day_after_it_was_due(app):
    due = date(2026, 11, 17)
    assert not is_overdue("open", due, due) and is_overdue("open", due, date(2026, 11, 18))
    assert not is_overdue("paid", due, date(2026, 11, 18)) and not is_overdue("open", None, date(2026, 11, 18))


def test_commands_show_what_a_file_does_before_they_do_it(app, tmp_path):
    file = tmp_path / "rechnungen.csv"
    file.write_text(in_the_file(INVOICE, INVOICE | {"Rechnungsnummer": "R-2", "Betrag": "viel"}))
    looked = app.test_cli_runner().invoke(args=["invoices", "import", str(file)])
    assert looked.exit_code == 1 and "1 new" in looked.output and "amount: “viel” is not an amount" in looked.output
    assert booked(app, Invoice) == []
    app.test_cli_runner().invoke(args=["invoices", "import", str(file), "--apply"])
    (kept,) = booked(app, Invoice)
    assert (kept.cents, kept.told_in, kept.known_at <= clock.now()) == (112900, "rechnungen.csv", True)
