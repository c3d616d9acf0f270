"""Orders and invoices at the desk: leads import them, everybody there reads them."""

import pytest
from sqlalchemy import update

from portal.foundation import clock
from portal.foundation.database import db, transaction
from portal.orders.models import Invoice, Order
from tests.contracts.books import in_the_file
from tests.orders.books import INVOICE, ORDER, booked, invoice, order


def looks(person, kind, content, name="bücher.csv"):
    token = person.opens(f"/desk/{kind}/import").find("input", name="token").get("value")
    form = {"token": token, "is_complete": "yes"}
    return person.sends(f"/desk/{kind}/import", form, files=[("file", name, content)])


KINDS = [("orders", ORDER, Order), ("invoices", INVOICE, Invoice)]


@pytest.mark.parametrize("of_kind", KINDS, ids=["orders", "invoices"])
def test_a_lead_sees_what_every_line_would_do_and_imports_it(app, dora, clara, of_kind):
    kind, row, model = of_kind
    number = next(iter(row.values()))
    content = in_the_file(row, row | {next(iter(row)): "X-2", "Betrag": "1.234"}).encode()
    looked = looks(dora, kind, content)
    page = dora.opens(looked.location)
    assert "Zeile 3" in page.text and "kein Betrag, der sich nur auf eine Weise lesen lässt" in page.text
    assert booked(app, model) == []
    dora.submits(page, looked.location)
    (kept,) = booked(app, model)
    assert (kept.number, kept.told_by, kept.told_in) == (number, "Dora Lindner", "bücher.csv")
    assert number in clara.opens(f"/desk/{kind}").text
    assert clara.opens(f"/desk/{kind}/import").status == 404


def test_the_look_before_says_what_stays_and_what_becomes_empty(app, dora):
    order(app, Vertrag="TW-1")
    row = {name: value for name, value in ORDER.items() if name != "Kundennummer"} | {"Vertrag": ""}
    page = dora.opens(looks(dora, "orders", in_the_file(row).encode()).location).text
    assert "Wird leer: Vertragsnummer" in page and "bleibt, wie es ist: Kundennummer" in page


def test_the_name_of_a_file_is_kept_without_what_nobody_can_type(app, dora):
    looked = looks(dora, "orders", in_the_file(ORDER).encode(), name="bü\0cher.csv")
    assert looked.status == 303 and "bücher.csv" in dora.opens(looked.location).text


def test_what_is_locked_hides_no_other_fault(app, dora):
    order(app, *(ORDER | {"Bestellnummer": f"L-{number}"} for number in range(200)))
    with app.app_context(), transaction():
        db.session.execute(update(Order).values(locked_at=clock.now()))
    locked = [ORDER | {"Bestellnummer": f"L-{number}"} for number in range(200)]
    looked = looks(dora, "orders", in_the_file(*locked, ORDER | {"Betrag": "1.234"}).encode())
    assert "Zeile 202" in dora.opens(looked.location).text


def test_a_file_of_one_kind_is_no_file_of_another(app, dora):
    looked = looks(dora, "orders", in_the_file(ORDER).encode())
    assert dora.opens(looked.location.replace("orders", "invoices")).status == 404
    refused = looks(dora, "invoices", in_the_file(ORDER).encode())
    missing, unknown = (refused.text.find(f"Diese Spalten {said}") for said in ("fehlen in der", "sind nicht bekannt"))
    assert refused.status == 422 and 0 < missing < unknown


def test_lists_are_found_by_number_name_address_and_item(app, clara):
    order(app)
    invoice(app)
    for words in ("b 2026 55O1", "k10417", "router", "anna@"):
        assert "B-2026-5501" in clara.opens(f"/desk/orders?q={words}").text, words
    assert "B-2026-5501" not in clara.opens("/desk/orders?q=100%25").text
    shown = clara.opens("/desk/invoices?q=R-2026-7701").text
    assert "1.129,00 €" in shown.replace("\xa0", " ") and "überfällig seit" in shown


def test_lists_that_are_empty_say_where_orders_come_from(clara):
    assert "Es gibt noch keine Bestellungen" in clara.opens("/desk/orders").text
    assert "Zu „xyz“ passt keine Rechnung" in clara.opens("/desk/invoices?q=xyz").text
