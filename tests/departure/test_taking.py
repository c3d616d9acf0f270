"""Taking one's data along: a page to read, a file for machines, the files; only one's own (specs: leaving 57)."""

import json
from datetime import timedelta

from sqlalchemy import update

from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.notifications.models import Notification
from portal.questions.drafts import save_draft
from tests.accounts.people import audit_of
from tests.cast import ANNA, BERND, signed_in
from tests.conftest import NOON
from tests.departure.people import DATA, archive_in, presses, with_traces
from tests.leaving.declaring import press
from tests.questions.people import ask, give_answer
from tests.visitor import Visitor


def test_57_the_archive_holds_everything_of_anna_to_read_and_for_machines_with_her_files(app, anna):
    """57: JSON and readable HTML."""
    asked = with_traces(app)
    page = presses(anna, DATA)
    assert "filename=meine-daten-2026-12-16.zip" in page.response.headers["Content-Disposition"]
    assert page.response.headers["Cache-Control"] == "private, no-store"
    archive = archive_in(page)
    read = archive.read("meine-daten.html").decode()
    known = json.loads(archive.read("data.json"))
    for word in ("Probebetreff", "Probetext eins", "Probetext zwei", "Probeantwort", "Probeentwurf", "Probewunsch"):
        assert word in read and word in json.dumps(known)
    assert known["account"][0]["email"] == ANNA.email
    assert known["questions"][0]["number"] == asked.number
    name = known["questions"][0]["files"][0]
    assert b"Probedatei im Inhalt" in archive.read(name)
    assert "person.exported" in audit_of(app, anna.user_id)


def test_what_is_kept_as_a_code_stands_in_words_on_the_page_for_reading_and_as_it_is_kept_in_the_file(app, anna):
    asked = ask(app, ANNA, topic="bill")
    give_answer(asked)
    with app.app_context():
        save_draft(anna.user_id, f"reply:{asked.id}", {"body": "Noch ein Satz"}, now=clock.now())
    press(Visitor(app), email=ANNA.email)
    with app.app_context(), transaction():
        db.session.execute(update(Notification).values(sent_at=clock.now()))
    archive = archive_in(presses(anna, DATA))
    read, known = archive.read("meine-daten.html").decode(), json.loads(archive.read("data.json"))
    assert known["account"][0]["language"] == "de" and "<dd>Deutsch</dd>" in read
    question = known["questions"][0]
    assert (question["topic"], question["can_continue"]) == ("bill", "yes")
    assert "<dd>bill</dd>" not in read and "<dd>Ja, nichts hält mich auf</dd>" in read
    assert known["declarations"][0]["kind"] == "cancellation" and "<dd>Kündigung</dd>" in read
    assert known["declarations"][0]["state"] == "received" and "<dd>eingegangen</dd>" in read
    assert f"<h3>{asked.number}</h3>" in read and "reply:" not in read
    assert "question_answered" not in read


def test_internal_notes_passwords_and_other_people_are_not_in_it(app, anna):
    with_traces(app)
    ask(app, BERND, subject="Bernds Betreff")
    archive = archive_in(presses(anna, DATA))
    for part in archive.namelist():
        content = archive.read(part).decode(errors="replace")
        for foreign in ("Probenotiz", "Bernds Betreff", BERND.email, "argon2", "digest"):
            assert foreign not in content


def test_the_page_for_reading_is_in_the_readers_language_and_needs_nothing_from_elsewhere(app):
    ask(app, ANNA, subject="<script>alert(1)</script>")
    english = signed_in(app, ANNA, languages="en")
    page = english.submits(english.opens("/en/account/data"), "/en/account/data")
    read = archive_in(page).read("my-data.html").decode()
    assert '<html lang="en">' in read and "Your questions" in read
    assert "<script" not in read and "http://" not in read and "https://" not in read


def test_bernd_gets_his_own_data_whatever_he_asks_for(app, bernd):
    asked = with_traces(app)
    for query in (f"?number={asked.number}", "?user_id=1", "?email=anna@example.org"):
        page = bernd.opens(DATA)
        token = page.find("input", name="token").get("value")
        taken = bernd.sends(DATA + query, {"token": token, "is_complete": "yes", "user_id": "1", "customer_id": "1"})
        assert "Probebetreff" not in archive_in(taken).read("data.json").decode()


def test_nobody_gets_it_without_having_just_shown_who_they_are(app, anna, visitor):
    token = anna.opens(DATA).find("input", name="token").get("value")
    with clock.frozen(NOON + timedelta(minutes=11)):
        asked = anna.sends(DATA, {"token": token, "is_complete": "yes"})
        assert asked.location == f"/de/account/proof?next={DATA}&back={DATA}"
    assert visitor.opens(DATA).location.startswith("/de/account/sign-in")
    assert visitor.sends(DATA, {"is_complete": "yes"}).status == 403


def test_ten_archives_a_day_are_enough(app, anna):
    for _ in range(10):
        assert presses(anna, DATA).status == 200
    refused = presses(anna, DATA)
    assert refused.status == 429 and "Meine Daten herunterladen" in refused.text


def test_a_lost_file_costs_nobody_the_rest(app, anna):
    with_traces(app)
    for path in (CONFIG.of(app).data / "uploads").rglob("*"):
        if path.is_file():
            path.unlink()
    archive = archive_in(presses(anna, DATA))
    assert "Probetext eins" in archive.read("data.json").decode()
    assert archive.testzip() is None
