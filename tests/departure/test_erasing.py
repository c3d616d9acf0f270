"""Whoever has their data erased leaves no trace but what a norm keeps (specs: leaving 58, 60; OR-05, DR-02)."""

from datetime import timedelta

from sqlalchemy import select

from portal.accounts.models import User
from portal.foundation import clock
from portal.foundation.database import db
from portal.integrity import check
from portal.journal.models import AuditEntry
from portal.notifications.models import Notification
from tests.accounts.people import PASSWORD, signs_in, with_password
from tests.cast import ANNA, BERND, account, signed_in
from tests.conftest import NOON
from tests.departure.people import ERASURE, PROBES, does_duties, leftovers, presses, with_traces
from tests.questions.people import ask
from tests.visitor import Visitor

OF_ANNA = (*PROBES, ANNA.email, "anna%40example.org", "Anna Berger")


def later():
    """A little while after, so that every duty is due."""
    return clock.frozen(NOON + timedelta(hours=23))


def test_58_after_erasing_no_table_and_no_file_holds_anything_of_anna(app):
    """58: the whole database and the whole data folder are searched."""
    with_traces(app)
    anna = signed_in(app, ANNA)
    assert len({each.split(": ")[1] for each in leftovers(app, OF_ANNA)}) == len(OF_ANNA), "the search must find them"
    done = presses(anna, ERASURE)
    assert done.status == 200 and done.heading == "Ihre Daten sind gelöscht"
    with later():
        does_duties(app)
    assert leftovers(app, OF_ANNA) == []


def test_only_annas_data_goes(app):
    with_traces(app)
    other = ask(app, BERND, subject="Bernds Betreff")
    presses(signed_in(app, ANNA), ERASURE)
    bernd = signed_in(app, BERND)
    assert "Bernds Betreff" in bernd.opens(other.address).text
    assert bernd.opens("/de/account/overview").status == 200


def test_the_numbers_of_erased_questions_are_never_given_again_and_the_check_knows_why(app):
    first = with_traces(app)
    second = ask(app, BERND)
    presses(signed_in(app, ANNA), ERASURE)
    third = ask(app, BERND)
    assert len({first.number, second.number, third.number}) == 3
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "question.erased")).all()
        assert [each.details["number"] for each in entries] == [first.number]
        assert not [fault for fault in check(clock.now()) if "numbers" in fault]


def test_the_desk_finds_nothing_of_an_erased_question(app, clara):
    asked = with_traces(app)
    assert asked.number in clara.opens("/desk/search?q=Probebetreff").html
    presses(signed_in(app, ANNA), ERASURE)
    for words in ("Probebetreff", "Probenotiz", "Berger", "anna@example.org", asked.number):
        assert asked.number not in clara.opens(f"/desk/search?q={words}").text.replace(f"„{words}“", "")
    assert clara.opens(f"/desk/questions/{asked.number}").status == 404


def test_one_last_mail_confirms_it_and_is_forgotten_within_the_day(app, anna):
    presses(anna, ERASURE)
    with app.app_context():
        last = db.session.scalars(select(Notification).where(Notification.recipient == ANNA.email)).one()
        assert last.kind == "departure_erased"
    with later():
        does_duties(app)
    assert leftovers(app, (ANNA.email,)) == []


def test_the_page_says_before_what_goes_and_what_stays(app, anna):
    ask(app, ANNA)
    page = anna.opens(ERASURE)
    assert "Eine davon ist offen" in page.text and "Das Löschen Ihrer Daten beendet keinen" in page.text
    assert "Kein Gesetz verpflichtet uns" in page.text
    english = signed_in(app, ANNA, languages="en").opens("/en/account/erasure")
    assert english.heading == "Delete my data" and "What stays, and why" in english.text


def test_who_has_not_just_shown_who_they_are_is_asked_first(app, anna):
    with_password(app, ANNA)
    form = {"token": anna.opens(ERASURE).find("input", name="token").get("value"), "is_complete": "yes"}
    with clock.frozen(NOON + timedelta(minutes=11)):
        asked = anna.opens(ERASURE).location
        assert asked == f"/de/account/proof?next={ERASURE}&back=/de/account/data"
        assert anna.opens(asked).links["Zurück"] == "/de/account/data"
        assert anna.sends(ERASURE, form).location.startswith("/de/account/proof")
    assert signs_in(Visitor(app), ANNA, PASSWORD).status == 303


def test_a_form_of_another_session_erases_nothing(app, anna):
    bernd = signed_in(app, BERND)
    token = bernd.opens(ERASURE).find("input", name="token").get("value")
    assert anna.sends(ERASURE, {"token": token, "is_complete": "yes"}).status == 409
    assert anna.opens("/de/account/overview").status == 200


def test_the_same_address_can_begin_anew(app, anna):
    before = anna.user_id
    presses(anna, ERASURE)
    assert anna.opens("/de/account/overview").status == 303
    with app.app_context():
        assert db.session.get(User, before) is None
    assert account(app, ANNA) and signed_in(app, ANNA).opens("/de/account/overview").status == 200


def test_staff_have_no_such_pages(clara):
    for url in (ERASURE, "/de/account/data", "/de/account/closing"):
        assert clara.opens(url).location == "/de/account/overview"
    assert "Konto schließen" not in clara.opens("/de/account/overview").text
