"""Closing an account: one press, two weeks to come back, no contract ends, open questions stay (leaving 2.11, 2.12)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.departure.rules import erase_at
from portal.foundation import clock
from portal.questions.actions.closing import close_question
from tests.accounts.people import PASSWORD, audit_of, key_for, mails, signs_in, user_row, with_password
from tests.cast import ANNA, BERND, sessions_of, signed_in
from tests.conftest import NOON
from tests.departure.people import CLOSING, DATA, ERASURE, archive_in, does_duties, leftovers, presses
from tests.questions.people import ask, ask_as_guest, clara, give_answer, holding
from tests.visitor import Visitor


def closes(visitor):
    """The page after closing."""
    return visitor.follows(presses(visitor, CLOSING).location)


def days_later(days: float):
    return clock.frozen(NOON + timedelta(days=days))


def test_one_press_closes_the_account_and_ends_every_session(app, anna):
    other = signed_in(app, ANNA)
    asked = anna.opens(CLOSING)
    assert asked.heading == "Konto schließen" and "beendet keinen Vertrag" in asked.text
    buttons = [each for each in asked.all("button") if "Konto jetzt schließen" in "".join(each.itertext())]
    assert len(buttons) == 1
    closed = closes(anna)
    assert closed.status == 200 and closed.heading == "Ihr Konto ist geschlossen"
    assert "30. Dez. 2026" in closed.text
    for browser in (anna, other):
        assert browser.opens("/de/account/overview").status == 303
    assert all(row.ended_at for row in sessions_of(app, anna.user_id))
    assert len(mails(app, ANNA.email, "departure_closed")) == 1
    assert "account.closed" in audit_of(app, anna.user_id)


@pytest.mark.parametrize("path", [CLOSING, ERASURE])
def test_a_second_press_is_not_told_that_nothing_was_sent(app, anna, path):
    page = anna.opens(path)
    first, second = anna.submits(page, path), anna.submits(page, path)
    assert first.status in (200, 303) and second.status == 403
    assert second.heading == "Sie sind nicht mehr angemeldet" and "gilt der erste Klick" in second.text
    assert "noch nichts gesendet" not in second.text


def test_the_mailed_link_opens_the_account_again_and_only_by_its_button(app, anna):
    asked = ask(app, ANNA)
    closes(anna)
    key = key_for(app, ANNA.email, "departure_closed")
    with days_later(13.9):
        page = Visitor(app).opens(f"/de/account/closed?key={key}")
        assert user_row(app, ANNA).closed_at is not None, "opening a page changes nothing"
        again = Visitor(app).submits(page, "/de/account/closed")
        assert again.heading == "Ihr Konto ist wieder offen"
        assert signed_in(app, ANNA).opens(asked.address).status == 200
        assert Visitor(app).opens(f"/de/account/closed?key={key}").status == 410
        does_duties(app)
    with days_later(15):
        does_duties(app)
        assert user_row(app, ANNA).closed_at is None
    assert len(mails(app, ANNA.email, "departure_reopened")) == 1


def test_signing_in_opens_the_account_again_with_everything_in_it(app, anna):
    with_password(app, ANNA)
    asked = ask(app, ANNA)
    closes(anna)
    with days_later(10):
        visitor = Visitor(app)
        answer = signs_in(visitor, ANNA, PASSWORD)
        assert "Ihr Konto ist wieder offen" in visitor.opens(answer.location).text
        assert "wieder offen" not in visitor.opens(signs_in(Visitor(app), ANNA, PASSWORD).location).text
        assert visitor.opens(asked.address).status == 200
        assert user_row(app, ANNA).closed_at is None


def test_somebody_who_wanted_another_page_reads_first_that_the_account_is_open_again(app, anna):
    with_password(app, ANNA)
    asked = ask(app, ANNA)
    closes(anna)
    visitor = Visitor(app)
    page = visitor.opens(signs_in(visitor, ANNA, PASSWORD, next=asked.address).location)
    assert page.heading == "Ihr Konto" and "Ihr Konto ist wieder offen" in page.text
    assert "Weiter zur aufgerufenen Seite" in page.text and page.find("a", href=asked.address) is not None
    assert signs_in(Visitor(app), ANNA, PASSWORD, next=asked.address).location == asked.address


def test_an_open_question_stays_reachable_by_link_and_answers_still_arrive(app, anna):
    asked = ask(app, ANNA)
    page = closes(anna)
    assert asked.number in page.text
    listed = mails(app, ANNA.email, "departure_closed")[-1].payload["list_key"]
    reader = holding(app, listed)
    assert reader.opens(asked.address).status == 200
    give_answer(asked)
    assert mails(app, ANNA.email, "question_answered")[-1].payload["key"], "the mail opens the question without account"
    with days_later(15):
        does_duties(app)
        assert user_row(app, ANNA) is None
        assert reader.opens(asked.address).status == 200


def test_a_new_question_to_the_address_of_a_closed_account_does_not_open_it(app, anna):
    closes(anna)
    ask_as_guest(app, email=ANNA.email, name=ANNA.name)
    assert user_row(app, ANNA).closed_at is not None


def test_after_two_weeks_account_and_closed_questions_are_gone(app, anna):
    asked = ask(app, ANNA, subject="Probebetreff")
    with app.app_context():
        close_question(asked.id, by=clara(app), now=clock.now())
    closes(anna)
    with days_later(13.9):
        does_duties(app)
        assert user_row(app, ANNA) is not None
    with days_later(14.1):
        does_duties(app)
    with days_later(14.2):
        does_duties(app)
    assert leftovers(app, ("Probebetreff", ANNA.email, ANNA.name)) == []


def test_the_link_also_gives_the_data(app, anna):
    ask(app, ANNA, subject="Probebetreff")
    page = closes(anna)
    taken = Visitor(app).submits(page, "/de/account/closed/data")
    assert "Probebetreff" in archive_in(taken).read("data.json").decode()


def test_bernd_cannot_close_or_open_annas_account(app, anna, bernd):
    closes(anna)
    key = key_for(app, ANNA.email, "departure_closed")
    broken = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert bernd.opens(f"/de/account/closed?key={broken}").status == 410
    assert bernd.sends("/de/account/closed", {"key": broken, "is_complete": "yes"}).status == 410
    assert bernd.sends("/de/account/closed/data", {"key": broken, "is_complete": "yes"}).status == 410
    token = bernd.opens(CLOSING).find("input", name="token").get("value")
    assert signed_in(app, ANNA).sends(CLOSING, {"token": token, "is_complete": "yes"}).status == 409
    assert user_row(app, BERND).closed_at is None


def test_printed_addresses_lead_there(reader):
    assert reader.opens("/konto/schliessen").location == CLOSING
    assert reader.opens("/daten/export").location == DATA
    assert reader.opens("/daten/loeschen").location == "/de/account/erasure"


BERLIN = ZoneInfo("Europe/Berlin")
CLOSED = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "day"),
    [
        ((), date(2026, 12, 30)),
        ((date(2026, 11, 1),), date(2026, 12, 30)),  # ended long ago: the two weeks count
        ((date(2026, 12, 10),), date(2027, 1, 10)),  # thirty days after the end
        ((date(2026, 12, 20),), date(2027, 1, 20)),  # ends within the two weeks
        ((date(2027, 6, 30),), date(2026, 12, 30)),  # goes on: kept for the contract, the account goes
    ],
)
def test_a_closed_account_is_erased_after_two_weeks_and_not_before_thirty_days_after_a_contract(ends, day):
    """57: what somebody may take along is there until thirty days after the end of the contract (§ 327p (3) BGB)."""
    assert erase_at(CLOSED, ends, BERLIN).astimezone(BERLIN).date() == day
