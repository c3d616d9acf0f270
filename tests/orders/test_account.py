"""Orders and invoices in the account of their customer, and how a guest's come there."""

from portal.accounts.models import User
from portal.customers.actions import follow_account
from portal.foundation import clock
from portal.foundation.database import db, transaction
from tests.cast import ANNA, account, signed_in
from tests.orders.books import INVOICE, ORDER, invoice, order

OVERVIEW = "/de/account/overview"


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_customers_see_their_own_orders_and_invoices_and_nobody_elses(app, anna, bernd):
    account(app, ANNA)
    order(app)
    invoice(app, INVOICE, INVOICE | {"Rechnungsnummer": "R-1", "Status": "bezahlt", "Rechnungsdatum": "10.11.2026"})
    shown = plain(anna.opens(OVERVIEW).text)
    assert "Ihre Bestellungen" in shown and "Talwind Router 7" in shown and "129,00 €" in shown
    assert shown.index("R-2026-7701") < shown.index("R-1") and "überfällig seit 17. November 2026" in shown
    assert "Stand unserer Bücher" in shown
    strange = bernd.opens(OVERVIEW).text
    assert "B-2026-5501" not in strange and "Ihre Bestellungen" not in strange


def test_amounts_and_days_are_written_as_the_reader_writes_them(app, anna):
    account(app, ANNA)
    invoice(app)
    assert "€1,129.00" in anna.opens("/en/account/overview").text


def test_many_orders_stand_behind_a_word(app, anna):
    account(app, ANNA)
    order(app, *(ORDER | {"Bestellnummer": f"B-{at}"} for at in range(8)))
    page = anna.opens(OVERVIEW)
    at_once, _word, behind = page.html.partition("Frühere Bestellungen</summary>")
    assert "B-7" in at_once and "B-0" not in at_once and "B-0" in behind


def test_what_a_guest_ordered_moves_into_the_account_of_the_proven_address(app):
    order(app)
    invoice(app)
    user_id = account(app, ANNA)
    with app.app_context(), transaction():
        follow_account(db.session.get(User, user_id), clock.now())
    shown = signed_in(app, ANNA).opens(OVERVIEW).text
    assert "B-2026-5501" in shown and "R-2026-7701" in shown
