"""Orders and invoices of somebody who is erased: what is to be paid stays, the rest is locked and not brought back."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.contracts.books import LineFault, Outcome, import_lines, imported, look_at
from portal.contracts.importing import CONTRACTS, preview
from portal.contracts.models import Contract
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.journal.rules import SYSTEM
from portal.orders.importing import ORDERS
from portal.orders.models import Invoice, Order
from tests.cast import ANNA, account, signed_in
from tests.contracts.books import ANNAS, contract, in_the_file
from tests.departure.people import DATA, ERASURE, archive_in, does_duties, presses
from tests.departure.test_keeping import ends
from tests.inbox.letters import arrives, kept, letter, takes_mail
from tests.orders.books import ORDER, booked, invoice, order
from tests.questions.people import counted


def names(app) -> list[tuple[str, str]]:
    with app.app_context():
        return [tuple(row) for row in db.session.execute(select(Customer.name, Customer.email))]


def test_what_is_settled_is_locked_and_no_import_brings_it_back(app, dora):
    anna = signed_in(app, ANNA)
    order(app)
    invoice(app, Status="bezahlt")
    with counted(app) as statements:
        page = anna.opens(ERASURE).text
    assert len(statements) <= 10
    assert "1 erledigte Bestellung" in page and "31. Dezember 2032" in page
    assert "1 erledigte Rechnung" in page and "31. Dezember 2034" in page and "§ 147 AO" in page
    presses(anna, ERASURE)
    for model, url in ((Order, "orders"), (Invoice, "invoices")):
        (kept,) = booked(app, model)
        assert kept.locked_at is not None and (kept.email, kept.customer_number) == ("", "")
        assert kept.number not in dora.opens(f"/desk/{url}").text
    again = order(app)
    assert again.lines[0].faults == (LineFault.LOCKED,)
    assert ANNA.email not in str(names(app))


def test_what_is_to_be_paid_keeps_its_customer_until_it_is_paid_and_no_longer(app):
    anna = signed_in(app, ANNA)
    invoice(app)
    order(app, Status="versendet")
    assert "Rechnung R-2026-7701" in anna.opens(ERASURE).text
    presses(anna, ERASURE)
    invoice(app, Status="bezahlt")
    does_duties(app)
    assert booked(app, Invoice)[0].locked_at is not None
    assert names(app) == [(ANNA.name, ANNA.email)] and booked(app)[0].locked_at is None
    order(app)
    does_duties(app)
    assert booked(app)[0].locked_at is not None and ANNA.email not in str(names(app))
    with clock.frozen(clock.now() + timedelta(days=9 * 365 + 60)):
        does_duties(app)
        does_duties(app)  # its customer goes when nothing needs the row any more
    assert booked(app, Invoice) == [] and names(app) == []


def test_what_somebody_orders_after_they_were_erased_is_shown_and_named(app):
    anna = signed_in(app, ANNA)
    order(app, Status="versendet")
    presses(anna, ERASURE)
    with clock.frozen(clock.now() + timedelta(days=1)):
        order(app)
        order(app, Bestellnummer="B-2026-9001")
        does_duties(app)
    earlier, later = booked(app)
    assert earlier.locked_at is not None and later.locked_at is None
    assert names(app) == [(ANNA.name, ANNA.email)]


def test_what_is_locked_by_its_age_takes_no_mail_along_that_waits_for_the_desk(app):
    order(app, **{"E-Mail": "gerda@example.org", "Kundennummer": ""})
    waiting = arrives(takes_mail(app), letter(" ", sender="gerda@example.org", subject=""))
    assert waiting.state == "waiting"
    with clock.frozen(clock.now() + timedelta(days=3 * 366)):
        does_duties(app)
    assert booked(app)[0].locked_at is not None and "gerda@example.org" not in str(names(app))
    assert kept(app) == 1


def test_a_guest_with_orders_is_not_forgotten_with_the_guests_of_whom_nothing_is_left(app):
    order(app, **{"E-Mail": "gerda@example.org"})
    with clock.frozen(clock.now() + timedelta(days=60)):
        does_duties(app)
    assert len(booked(app)) == 1


def test_orders_and_invoices_are_taken_along(app):
    account(app, ANNA)
    order(app)
    invoice(app)
    taken = json.loads(archive_in(presses(signed_in(app, ANNA), DATA)).read("data.json"))
    assert [(each["number"], each["state"]) for each in taken["orders"]] == [("B-2026-5501", "geliefert")]
    assert [each["amount"].replace("\xa0", " ") for each in taken["invoices"]] == ["1.129,00 €"]


@pytest.mark.parametrize(("book", "model"), [(CONTRACTS, Contract), (ORDERS, Order)])
def test_what_is_locked_while_a_file_is_imported_stops_no_other_line(app, book, model):
    rows = [ANNAS, ANNAS | {"number": "TW-2026-09001"}]
    if model is Order:
        rows = [ORDER, ORDER | {"Bestellnummer": "B-2026-9001"}]
    do = {"origin": imported(SYSTEM, ""), "by": SYSTEM, "now": clock.now()}
    with app.app_context():
        planned = look_at(book, in_the_file(*rows).encode()).lines
        import_lines(book, planned[:1], **do)
        with transaction():
            db.session.execute(update(model).values(locked_at=clock.now()))
        first, second = import_lines(book, planned, **do)
        assert first.faults == (LineFault.LOCKED,) and second.outcome == Outcome.NEW
        assert db.session.scalar(select(func.count()).select_from(model)) == 2


def test_a_contract_that_is_only_kept_for_the_law_is_not_imported_again(app):
    account(app, ANNA)
    held = contract(app)
    from_books = in_the_file(ANNAS).encode()
    ends(app, held, clock.now().date() - timedelta(days=30))
    presses(signed_in(app, ANNA), ERASURE)
    with app.app_context():
        (line,) = preview(from_books).lines
    assert (line.outcome, line.faults) == (Outcome.FAULTY, (LineFault.LOCKED,))
