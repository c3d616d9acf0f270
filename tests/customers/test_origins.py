"""Who said what is known of a customer, and when; corrections at the desk count at once and are written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.customers.models import Customer
from portal.customers.words import known_words
from portal.foundation import clock
from portal.foundation.database import db
from portal.journal.models import Event
from tests.cast import ANNA, CLARA, account, signed_in
from tests.contracts.books import contract
from tests.desk.cases import desk
from tests.orders.books import INVOICE, ORDER, invoice, order
from tests.questions.people import ask, ask_as_guest, counted, later

GERDA = "gerda@example.org"


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def customer_id(app, email=ANNA.email):
    with app.app_context():
        return db.session.scalar(select(Customer.id).where(Customer.email == email).order_by(Customer.id.desc()))


def record(app, person, email=ANNA.email):
    return plain(person.opens(f"/desk/customers/{customer_id(app, email)}").text)


def corrects(person, number, **typed):
    url = f"/desk/customers/{number}/correction"
    return person.submits(person.opens(url), url, **typed)


def test_what_customers_say_of_themselves_is_known_from_them(app, clara):
    account(app, ANNA)
    assert "Anna Berger gerade eben, selbst angegeben" in record(app, clara)
    with later(days=2):
        anna = signed_in(app, ANNA)
        overview = anna.opens("/de/account/overview")
        anna.submits(
            overview, "/de/account/overview", name="Anna Berger-Groß", language="de", contact_wishes="Bitte abends"
        )
    with later(days=2, minutes=12):
        shown = record(app, signed_in(app, CLARA))
    assert "Anna Berger-Groß vor 12 Min., selbst angegeben" in shown
    assert "Bitte abends vor 12 Min., selbst angegeben" in shown


def test_what_an_import_says_is_known_from_its_file_until_somebody_says_otherwise(app, clara):
    order(app, Kunde="Gerda G.", **{"E-Mail": GERDA})
    with later(minutes=12):
        shown = record(app, clara, GERDA)
    assert "Gerda G. vor 12 Min., aus der Datei bestellungen.csv" in shown
    assert "B-2026-5501 Talwind Router 7 129,00 € geliefert" in shown
    assert "Stand: vor 12 Min., aus der Datei bestellungen.csv" in shown
    with later(hours=3):
        ask_as_guest(app)
        assert "gerade eben, selbst angegeben" in record(app, signed_in(app, CLARA), GERDA)


def test_staff_correct_name_and_wishes_at_once_and_it_is_written_down(app, anna, clara):
    account(app, ANNA)
    asked = ask(app)
    number = customer_id(app)
    done = corrects(clara, number, name="Anna Maria Berger", contact_wishes="Nur Mails")
    assert (done.status, done.location) == (303, f"/desk/customers/{number}?saved=yes")
    assert "Anna Maria Berger gerade eben, am Arbeitsplatz eingetragen von Clara Vogt" in record(app, clara)
    assert "Nur Mails" in clara.opens(desk(asked)).text
    assert "Anna Maria Berger" in anna.opens("/de/account/overview").html
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.verb == "customer.changed")).one()
        assert (event.actor_name, event.details) == ("Clara Vogt", {"fields": ["name", "contact_wishes"]})
        assert db.session.scalar(select(User.name).where(User.email == ANNA.email)) == "Anna Maria Berger"


def test_nobody_overwrites_what_was_changed_meanwhile(app, clara, dora):
    account(app, ANNA)
    number = customer_id(app)
    url = f"/desk/customers/{number}/correction"
    first, second = clara.opens(url), dora.opens(url)
    clara.submits(first, url, name="Anna B.")
    late = dora.submits(second, url, name="A. Berger")
    assert late.status == 409 and "Anna B." in late.text
    assert late.find("input", name="name").get("value") == "A. Berger"
    assert dora.submits(late, url, name="A. Berger").status == 303


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_name_that_is_none_is_refused_and_the_rest_stays_typed(app, clara, name):
    account(app, ANNA)
    refused = corrects(clara, customer_id(app), name=name, contact_wishes="Nur Mails")
    assert refused.status == 422 and "Nur Mails" in refused.html


def test_a_record_that_is_not_there_is_not_found(app, clara, anna):
    account(app, ANNA)
    assert clara.opens("/desk/customers/999").status == 404
    assert anna.opens(f"/desk/customers/{customer_id(app)}").status == 404


def test_beside_a_case_stand_the_newest_orders_and_first_what_is_to_be_paid(app, clara):
    account(app, ANNA)
    asked = ask(app)
    contract(app)
    order(app, *(ORDER | {"Bestellnummer": f"B-{at}", "Bestelldatum": f"0{at}.11.2026"} for at in range(1, 6)))
    invoice(
        app,
        *(INVOICE | {"Rechnungsnummer": f"R-{at}", "Status": "bezahlt"} for at in range(1, 5)),
        INVOICE | {"Rechnungsnummer": "R-9", "Rechnungsdatum": "01.10.2026", "Fällig am": "15.10.2026"},
    )
    page = clara.opens(desk(asked))
    shown = plain(page.text)
    assert shown.index("B-5") < shown.index("B-4") < shown.index("B-3") and "B-2 " not in shown
    assert shown.index("R-9") < shown.index("R-4") and "überfällig seit 15. Oktober 2026" in shown
    assert "Alle Bestellungen (5)" in shown and "Stand: gerade eben, aus der Datei rechnungen.csv" in shown
    assert "Woher wir das wissen" in shown
    whole = record(app, clara)
    assert all(f"B-{at}" in whole for at in range(1, 6))


def test_a_case_without_books_costs_what_it_did_and_one_with_books_one_statement_more(app, clara):
    account(app, ANNA)
    asked = ask(app)
    before = cost(app, clara, asked)
    order(app)
    invoice(app)
    assert cost(app, clara, asked) == before + 1


def cost(app, person, asked):
    person.opens(desk(asked))
    with counted(app) as seen:
        person.opens(desk(asked))
    return len(seen)


def test_age_is_said_in_minutes_hours_and_then_as_a_day(app):
    class Known:
        source, told_by, told_in, known_at = "import", "Dora Lindner", "bücher.csv", clock.now()

    with app.test_request_context("/de/"):
        said = [known_words(Known, clock.now() + timedelta(minutes=each)) for each in (0, 12, 185, 60 * 24)]
    assert [plain(each) for each in said[:3]] == [
        "gerade eben, aus der Datei bücher.csv von Dora Lindner",
        "vor 12 Min., aus der Datei bücher.csv von Dora Lindner",
        "vor 3 Std., aus der Datei bücher.csv von Dora Lindner",
    ]
    assert "2026, aus der Datei" in said[3]
