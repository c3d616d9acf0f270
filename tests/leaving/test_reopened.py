"""A receipt that is opened again: what has become of the declaration, for its holder, and nothing for others (2.6)."""

from portal.leaving.actions import deciding, objecting
from tests.contracts.books import contract
from tests.leaving.declaring import receipt_path, send
from tests.leaving.test_following import KNOWN, declares, does, mails, own_receipt, staff, works
from tests.visitor import Visitor


def test_it_says_the_same_whether_a_contract_was_found_or_not(app):
    """Checklist 37 after the worker has looked: whoever typed a name and a number learns nothing from the receipt."""
    contract(app)
    told = []
    for about in ("TW-2025-00417", "TW-2025-99999"):
        visitor = Visitor(app)
        path = receipt_path(send(visitor, **{**KNOWN, "email": "someone@else.example", "about": about}))
        works(app)
        told.append(visitor.opens(path).text.partition("Bestätigung per E-Mail")[2].partition("Freiwillig")[0])
    assert told[0] == told[1] and "17. Dezember 2026" in told[0]


def test_a_corrected_address_is_told_the_same_whether_a_contract_was_found_or_not(app):
    """Checklist 37: the day by which the exact date is told counts from the receipt alone."""
    contract(app)
    for about, address in (("TW-2025-00417", "one@else.example"), ("TW-2025-99999", "two@else.example")):
        visitor = Visitor(app)
        path = receipt_path(send(visitor, **{**KNOWN, "email": "", "about": about}))
        works(app)
        assert visitor.sends(f"{path}/address", {"email": address}).status == 303
    sent = {each.recipient: each.payload["work_due_at"] for each in mails(app, "leaving_cancellation")}
    assert sent["one@else.example"] == sent["two@else.example"] != ""


def test_the_holder_who_objected_reads_that_the_declaration_has_no_effect(app):
    """It was void, not lacking an authority; and no date is promised any more."""
    contract(app)
    number = declares(app)
    path = own_receipt(app)
    does(app, objecting.object_to, number, "")
    does(app, objecting.decide_objection, number, is_valid=False, why="Anruf", by=staff(app))
    text = Visitor(app).opens(path).text
    assert "Die Erklärung hat keine Wirkung." in text and "Vollmacht" not in text and "spätestens" not in text


def test_a_second_cancellation_names_the_end_that_was_fixed_already(app):
    contract(app)
    for reason in ("", "noch einmal"):
        declares(app, reason=reason)
    newest = mails(app, "leaving_date")[-1].payload["receipt_key"]
    assert "stand schon fest: Ablauf des 16. Januar 2027" in Visitor(app).opens(f"/receipt/{newest}").text


def test_a_withdrawal_is_looked_at_and_promises_no_exact_date(app):
    contract(app, started_on="2026-12-10")
    number = declares(app, place="/widerrufen")
    text = Visitor(app).opens(own_receipt(app)).text
    assert "Wir prüfen den Widerruf" in text and "genaue Datum" not in text
    does(app, deciding.accept_withdrawal, number, by=staff(app))
    assert "endet mit Ablauf des 16. Dezember 2026" in Visitor(app).opens(own_receipt(app)).text
