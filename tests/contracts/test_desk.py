"""Contracts at the desk and in the account: found, added, changed by leads, refused with the law's reason."""

import pytest

from portal.accounts.models import User
from portal.customers.actions import follow_account
from portal.foundation import clock
from portal.foundation.database import db, transaction
from tests.cast import ANNA, account, signed_in
from tests.contracts.books import ANNAS, BERNDS, contract, in_the_file, kept
from tests.desk.cases import desk
from tests.questions.people import ask

TYPED = {
    "number": "TW-2027-00001",
    "holder": "Anna Berger",
    "email": "anna@example.org",
    "product": "Talwind Mobil M",
    "started_on": "16.12.2026",
    "renewal": "indefinite",
    "renewed_count": "12",
    "renewed_unit": "months",
    "notice_count": "1",
    "notice_unit": "months",
    "grid": "any_day",
    "billing_count": "1",
    "billing_unit": "months",
    "country": "DE",
    "is_consumer": "yes",
}


def adds(person, **typed):
    page = person.opens("/desk/contracts/new")
    return person.submits(page, "/desk/contracts", **{**TYPED, **typed})


def test_a_lead_adds_a_contract_and_everybody_at_the_desk_finds_it(app, dora, clara):
    added = adds(dora)
    assert (added.status, added.location) == (303, "/desk/contracts/tw202700001?saved=yes")
    for words in ("tw 2027 OOOO1", "berger", "anna@", "mobil"):
        assert "TW-2027-00001" in clara.opens(f"/desk/contracts?q={words}").text, words
    shown = clara.opens("/desk/contracts/tw202700001")
    assert "läuft unbefristet weiter" in shown.text and "am Arbeitsplatz eingetragen" in shown.text
    assert "Ändern" not in shown.links
    assert clara.opens("/desk/contracts/new").status == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_term_end": "31.12.2028"}, "Eine Mindestlaufzeit von mehr als 24 Monaten ist"),
        ({"notice_count": "3"}, "Eine Kündigungsfrist von mehr als einem Monat ist"),
        ({"first_term_end": "15.12.2027", "renewal": "fixed"}, "Ein Verbrauchervertrag darf nur unbefristet"),
        ({"grid": "period_end", "billing_count": "12"}, "jederzeit mit einem Monat Frist kündbar"),
    ],
)
def test_terms_that_the_law_forbids_are_refused_with_the_reason_and_nothing_typed_is_lost(app, dora, typed, said):
    """Point 43."""
    refused = adds(dora, **typed)
    assert refused.status == 422 and said in refused.text and kept(app) == []
    assert refused.find("input", name="number").get("value") == "TW-2027-00001"
    assert adds(dora, **typed, is_consumer="no").status == 303


@pytest.mark.together
@pytest.mark.parametrize(
    "typed",
    [
        {"number": ""},
        {"number": "---"},
        {"number": "x" * 3000},
        {"email": "anna"},
        {"started_on": "31.02.2026"},
        {"started_on": "16.12.0001"},
        {"started_on": "9999-12-31"},
        {"started_on": ""},
        {"notice_count": "viel"},
        {"notice_count": "9" * 400},
        {"notice_unit": "aeons"},
        {"billing_count": "0"},
        {"grid": "<b>"},
        {"zone": "../../etc/passwd"},
        {"zone": "Mars/Olympus"},
        {"country": "XX"},
        {"holder": "\u202e" * 200},
        {"renewal": "fixed", "renewed_count": ""},
        {"renewal": "none"},
    ],
)
def test_nonsense_in_any_field_is_refused_beside_it(app, dora, typed):
    assert adds(dora, **typed).status == 422
    assert kept(app) == []


def test_each_fault_of_a_contract_stands_beside_its_own_field_in_the_words_of_the_page(app, dora):
    wrong = {"price": "x" * 81, "customer_number": "x" * 41}
    page = adds(dora, first_term_end="31.12.9999", notice_count="viele", renewal="fixed", renewed_count="", **wrong)
    said = {each.get("href"): each.text for each in page.all("a", class_="summary__link")}
    assert list(said) == ["#price", "#customer_number", "#first_term_end", "#renewed_count", "#notice_count"]
    assert "Jahreszahl" in said["#first_term_end"] and "„viele Monate“" in said["#notice_count"]


def test_the_same_number_in_another_spelling_is_refused(app, dora):
    contract(app)
    refused = adds(dora, number="tw2025-OO417")
    assert refused.status == 409 and "Es gibt schon einen Vertrag mit dieser Nummer." in refused.text


def test_nobody_overwrites_what_somebody_else_has_just_changed(app, dora, frida):
    contract(app)
    address = "/desk/contracts/tw202500417/terms"
    first, second = dora.opens(address), frida.opens(address)
    same = {"renewal": "indefinite", "grid": "any_day", "country": "DE", "is_consumer": "yes"}
    same |= {"notice_unit": "months", "billing_unit": "months", "renewed_unit": "months"}
    assert dora.submits(first, address, product="Talwind Glas 600", **same).status == 303
    late = frida.submits(second, address, product="Talwind Glas 1000", **same)
    assert late.status == 409 and "inzwischen geändert" in late.text
    assert [each.text for each in late.all("bdi")] == ["Talwind Glas 600"], "what stands there by now is shown"
    assert kept(app)[0].product == "Talwind Glas 600"


def test_a_lead_looks_at_a_file_before_it_is_imported(app, dora, frida):
    content = in_the_file(ANNAS, BERNDS | {"notice": "3 months"}).encode()
    form = {
        "token": dora.opens("/desk/contracts/import").find("input", name="token").get("value"),
        "is_complete": "yes",
    }
    looked = dora.sends("/desk/contracts/import", form, files=[("file", "books.csv", content)])
    assert looked.status == 303 and kept(app) == []
    page = dora.opens(looked.location)
    assert "Eine Kündigungsfrist von mehr als einem Monat" in page.text and "Zeile 3" in page.text
    assert frida.opens(looked.location).status == 404  # somebody else's file
    done = dora.submits(page, looked.location)
    assert [each.number for each in kept(app)] == ["TW-2025-00417"]
    assert "Neu: 1, geändert: 0" in dora.opens(done.location).text


def test_a_file_that_is_none_comes_back_with_the_reason(app, dora):
    form = {
        "token": dora.opens("/desk/contracts/import").find("input", name="token").get("value"),
        "is_complete": "yes",
    }
    refused = dora.sends("/desk/contracts/import", form, files=[("file", "photo.jpg", b"\xff\xd8\xff\xe0\x81")])
    assert refused.status == 422 and "kein Text in UTF-8" in refused.text
    assert dora.sends("/desk/contracts/import", form).status == 422


def test_contracts_stand_in_the_account_of_their_customer_and_beside_the_case(app, anna, bernd, clara):
    account(app, ANNA)
    contract(app)
    contract(app, number="TW-2026-00981", product="Talwind Mobil M", ends_on="2027-01-16")
    overview = anna.opens("/de/account/overview").text
    assert "Ihre Verträge" in overview and "1 Monat, zu jedem Tag" in overview and "16. Januar 2027" in overview
    assert "TW-2025-00417" not in bernd.opens("/de/account/overview").text
    asked = ask(app)
    assert "TW-2025-00417" in clara.opens(desk(asked)).links


def test_contracts_of_a_guest_move_into_the_account_of_the_same_proven_address(app):
    contract(app)
    user_id = account(app, ANNA)
    with app.app_context(), transaction():
        follow_account(db.session.get(User, user_id), clock.now())
    assert "TW-2025-00417" in signed_in(app, ANNA).opens("/de/account/overview").text
