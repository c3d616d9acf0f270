"""People with contracts: one click for whoever is signed in, and what a receipt tells to whom."""

from dataclasses import replace
from datetime import date

import pytest

from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.leaving.rules.declarations import State
from tests.accounts.people import statements
from tests.contracts.books import ANNAS, contract
from tests.leaving.declaring import CANCEL, declarations, only, press, receipt_path
from tests.mailbox import Mailbox
from tests.visitor import HTML, Page, Visitor

OVERVIEW = "/de/account/overview"
STATES = {
    State.MATCHED: "Ihr Vertrag ist gefunden.",
    State.EFFECTIVE_SET: "Der Vertrag endet mit Ablauf des 1. April 2027.",
    State.ENDED: "Der Vertrag ist mit Ablauf des 1. April 2027 beendet.",
    State.CONTESTED: "Ein Widerspruch ist eingegangen.",
    State.RETRACTED: "Die Kündigung ist zurückgenommen.",
}


def stands(app, contract_id: int, state: State) -> None:
    """What the desk and the duties will have done."""
    with app.app_context(), transaction():
        standing = db.session.merge(declarations(app)[-1]).standing
        standing.contract_id, standing.state = contract_id, state.value
        # A contract that is merely found has a date only where its end was fixed before.
        standing.effective_on = None if state == State.MATCHED else date(2027, 4, 1)


def test_one_contract_is_filled_in_and_one_press_is_enough(app, anna):
    """Checklist 27: one click on one page for a customer."""
    contract(app)
    page = anna.opens(CANCEL)
    assert page.find("textarea", id="about").text.strip() == "Talwind Glas 300, TW-2025-00417"
    assert page.find("textarea", id="identity").text.strip() == "K-10417"
    fields = {each.get("name"): each.get("value") for each in page.all("input") if each.get("type") != "radio"}
    areas = {each.get("name"): (each.text or "").strip() for each in page.all("textarea")}
    assert anna.sends(CANCEL, fields | areas | {"cause": "ordinary", "end": "earliest"}).status == 200
    assert only(app).about == "Talwind Glas 300, TW-2025-00417" and only(app).name == "Anna Berger"


def test_the_way_out_stands_beside_the_contracts_of_an_account(app, anna):
    """Spec 1 ("also in the account page"), checklist 1: in the very words of the footer, once more."""
    contract(app)
    part = anna.opens(OVERVIEW).find("section", **{"aria-labelledby": "contracts"})
    links = {"".join(each.itertext()).strip(): each.get("href") for each in part.iter(f"{HTML}a")}
    assert "TW-2025-00417" in "".join(part.itertext())
    assert links == {"Verträge hier kündigen": CANCEL, "Vertrag widerrufen": "/widerrufen"}


def test_several_contracts_are_a_choice_beside_the_free_text(app, anna):
    """Spec 2.3: a choice plus free text, nothing chosen."""
    contract(app)
    contract(app, number="TW-2025-00999", product="Talwind Mobil")
    page = anna.opens(CANCEL)
    options = ["".join(each.itertext()) for each in page.find("select", name="contract").iter(f"{HTML}option")]
    assert options == ["wie unten beschrieben", *sorted(options[1:], key=options.index)] and len(options) == 3
    assert press(anna, contract="Talwind Mobil, TW-2025-00999", about="und der Router").status == 200
    assert only(app).about == "Talwind Mobil, TW-2025-00999\nund der Router"


@pytest.mark.parametrize("state", STATES)
def test_the_same_address_later_shows_what_has_become_of_it_to_the_holder_alone(app, anna, bernd, state):
    """Checklist 38: by the link in the mail to the address on file, or signed in; to nobody else."""
    contract_id = contract(app)
    path = receipt_path(press(Visitor(app)))
    mailed = Mailbox(app).newest("anna@example.org").path_of("Erklärung und Stand ansehen")
    stands(app, contract_id, state)
    assert STATES[state] in Visitor(app).opens(mailed).text
    assert STATES[state] in anna.opens(path).text
    for stranger in (Visitor(app), bernd):
        assert STATES[state] not in stranger.opens(path).text and "April 2027" not in stranger.opens(path).text


def test_a_confirmation_that_went_elsewhere_opens_no_state(app, guest):
    """Checklist 38: an address that a stranger typed is not the address on file."""
    contract_id = contract(app, ANNAS)
    press(guest, email="stranger@example.net")
    mailed = Mailbox(app).newest("stranger@example.net").path_of("Erklärung und Stand ansehen")
    stands(app, contract_id, State.EFFECTIVE_SET)
    assert "April 2027" not in guest.opens(mailed).text


def test_the_account_says_at_each_declaration_what_waits_and_asks_for_all_at_once(app, anna):
    """A wish that nobody has decided about is told at its own declaration; the other one keeps its button."""
    company = COMPANY.of(app)
    COMPANY.put(app, replace(company, sections={"leaving": {"accept_retractions": False}}))
    for number in ("TW-2025-00417", "TW-2025-00999"):
        contract_id = contract(app, number=number)
        press(anna, about=number)
        stands(app, contract_id, State.EFFECTIVE_SET)
    first, second = _retractions(anna.opens(OVERVIEW))
    anna.submits(anna.opens(OVERVIEW), first)
    with statements(app) as asked:
        page = anna.opens(OVERVIEW)
    assert _retractions(page) == [second] and page.text.count("Sie möchten weitermachen") == 1
    assert sum("FROM leaving_retractions" in each for each in asked) == 1


def _retractions(page: Page) -> list[str]:
    return [each.get("action") for each in page.all("form") if each.get("action", "").endswith("/retraction")]
