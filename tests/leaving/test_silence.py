"""Somebody cancels "all" and says no more: after seven days all contracts are meant (specification 2.14)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.leaving.actions import deciding
from portal.leaving.following import take_silences
from portal.leaving.models import HookMessage
from portal.leaving.proving import faults, whole_faults
from portal.leaving.rules.declarations import State
from tests.conftest import NOON
from tests.contracts.books import ANNAS, BERNDS, contract, kept
from tests.leaving.declaring import declarations
from tests.leaving.test_following import ENDS, declares, does, mails, staff, stands, verbs
from tests.mailbox import Mailbox
from tests.visitor import Visitor

SECOND = ANNAS | {"number": "TW-2026-00901", "product": "Talwind Mobil", "notice": "2 weeks"}
WEEK = timedelta(days=7)


def silence(app, at) -> None:
    with clock.frozen(at), app.app_context():
        take_silences(at)


@pytest.fixture
def both(app):
    contract(app)
    contract(app, SECOND)
    contract(app, BERNDS)


def test_after_seven_silent_days_all_means_every_running_contract_from_the_original_receipt(app, both):
    number = declares(app, about="alle Verträge")
    silence(app, NOON + WEEK - timedelta(minutes=1))
    assert stands(app, number).state == State.AMBIGUOUS and len(declarations(app)) == 1
    for _twice in range(2):
        silence(app, NOON + WEEK)
    first, further = declarations(app)
    assert [each.standing.effective_on for each in (first, further)] == [ENDS, date(2026, 12, 30)]
    assert [each.ends_on for each in kept(app)] == [ENDS, date(2026, 12, 30), None]
    assert further.received_at == first.received_at and further.canonical_text == first.canonical_text
    assert first.standing.match["further"] == [further.reference]
    assert further.standing.match["first"] == first.reference
    dates = mails(app, "leaving_date")
    assert [(each.recipient, each.payload["ends_on"]) for each in dates] == [
        ("anna@example.org", "2027-01-16"),
        ("anna@example.org", "2026-12-30"),
    ]
    assert len(mails(app, "leaving_cancellation")) == 1
    with app.app_context():
        assert [*faults(NOON), *whole_faults(NOON)] == []


def test_the_week_begins_when_we_asked_and_we_ask_once(app, both):
    # Whoever was asked a moment ago is not asked by a machine again.
    declares(app, about="mein Vertrag")
    number = declares(app, about="alle Verträge")
    asked = NOON + timedelta(days=3)
    with clock.frozen(asked):
        does(app, deciding.ask_back, number, by=staff(app))
    with clock.frozen(NOON + timedelta(days=5)), pytest.raises(deciding.AlreadyAsked):
        does(app, deciding.ask_back, number, by=staff(app))
    silence(app, NOON + WEEK)
    assert stands(app, number).state == State.AMBIGUOUS
    silence(app, asked + WEEK)
    assert [each.standing.state for each in declarations(app)][1:] == [State.EFFECTIVE_SET] * 2
    assert len(mails(app, "leaving_question")) == 2


def test_billing_is_told_of_every_contract(app, both):
    CONFIG.put(app, replace(CONFIG.of(app), hook_url="https://billing.example", hook_secret="s" * 40))
    declares(app, about="alle Verträge")
    silence(app, NOON + WEEK)
    with app.app_context():
        told = [(each.event, each.payload["contract"]) for each in db.session.scalars(db.select(HookMessage)).all()]
    ends = {contract for event, contract in told if event == "cancellation.effective"}
    assert ends == {"TW-2025-00417", "TW-2026-00901"}


@pytest.mark.parametrize("said", [{"about": "mein Vertrag"}, {"about": "alle Verträge, auch TW-2026-00733"}])
def test_without_all_or_with_a_strangers_number_it_stays_with_a_person(app, both, said):
    number = declares(app, **said)
    silence(app, NOON + 2 * WEEK)
    assert stands(app, number).state == State.AMBIGUOUS and len(declarations(app)) == 1


def test_whoever_writes_from_the_address_on_file_is_asked_at_once_and_a_stranger_by_no_machine(app):
    contract(app)
    contract(app, number="TW-2026-00981", product="Talwind Mobil M")
    number = declares(app, about="mein Vertrag", email="someone@else.example", identity="K-10417")
    assert stands(app, number).state == "ambiguous" and mails(app, "leaving_question") == []
    number = declares(app, about="mein Vertrag")
    assert [each.recipient for each in mails(app, "leaving_question")] == ["anna@example.org"]
    text = Mailbox(app).newest(to="anna@example.org").text
    assert "Talwind Mobil M, TW-2026-00981" in text and "TW-2025-00417" in text
    assert stands(app, number).work == "assign" and "cancellation.asked_back" in verbs(app)


def test_the_holder_chooses_on_the_page_behind_our_question_what_is_meant_and_nobody_else_can(app):
    """Specification 2.4, 2.14: ambiguous, asked at the address on file; the end counts from the original receipt."""
    contract(app)
    contract(app, SECOND)
    contract(app, ANNAS | {"number": "TW-2026-00999", "product": "Talwind Glas 50"})
    contract(app, BERNDS)
    number, guest = declares(app, about="mein Vertrag"), Visitor(app)
    path = Mailbox(app).newest(to="anna@example.org").path_of("Vertrag auswählen")
    assert guest.opens(f"/choice/{'a' * 43}").status == guest.opens(path.replace("choice", "objection")).status == 404
    page = guest.opens(path)
    assert "gilt ab ihrem Eingang" in page.text and "TW-2026-00901" in page.text and BERNDS["number"] not in page.text
    for nothing in ({}, {"contract": BERNDS["number"]}, {"contract": "=1+1"}):
        refused = guest.sends(path, nothing)
        assert refused.status == 422 and "mindestens einen Vertrag" in refused.text
    assert stands(app, number).state == State.AMBIGUOUS
    with clock.frozen(NOON + timedelta(days=2)):
        for _twice in range(2):
            done = guest.sends(path, {"contract": ["TW-2025-00417", "TW-2026-00901"]})
            assert done.status == 303
        shown = guest.opens(path).text
    assert "16. Januar 2027" in shown and "30. Dezember 2026" in shown
    first, further = declarations(app)
    assert (first.standing.match_rule, further.standing.match["first"]) == ("holder", first.reference)
    assert [each.ends_on for each in kept(app)] == [ENDS, date(2026, 12, 30), None, None]
    with app.app_context():
        assert [*faults(NOON), *whole_faults(NOON)] == []


def test_a_question_from_the_desk_has_the_same_page_for_whoever_writes_from_the_address_on_file(app, both):
    declares(app, about="mein Vertrag")
    number = declares(app, about="mein anderer Vertrag")
    does(app, deciding.ask_back, number, by=staff(app))
    path = Mailbox(app).newest(to="anna@example.org").path_of("Vertrag auswählen")
    with clock.frozen(NOON + timedelta(days=90)):
        assert Visitor(app).opens(path).status == 404
    assert Visitor(app).opens(path).status == 200
