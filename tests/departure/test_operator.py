"""People without an account have their data sent or erased by an operator, by their address (Art. 15, 17 GDPR)."""

import json
import zipfile

from sqlalchemy import select

from portal.foundation.database import db
from portal.journal.models import AuditEntry
from tests.cast import ANNA, CLARA, account
from tests.departure.people import leftovers
from tests.leaving.declaring import send
from tests.questions.people import GUEST, ask, ask_as_guest


def _flask(app, *words, answer=None):
    with app.app_context():
        return app.test_cli_runner().invoke(args=[*words], input=answer)


def _audit(app):
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("person."))))


def test_a_guest_gets_an_archive_of_questions_and_declarations_and_of_nobody_else(app, guest, tmp_path):
    asked = ask_as_guest(app, subject="Gastbetreff")
    ask(app, ANNA, subject="Annas Betreff")
    send(guest, name="Gerda Gast", email=GUEST)
    target = tmp_path / "gerda.zip"
    done = _flask(app, "export", GUEST.upper(), str(target), "--language", "en")
    assert done.exit_code == 0, done.output
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        known = json.loads(archive.read("data.json"))
        read = archive.read("my-data.html").decode()
    assert [each["number"] for each in known["questions"]] == [asked.number]
    assert len(known["declarations"]) == 1 and "Gastbetreff" in read and "Annas Betreff" not in read
    assert [(each.verb, each.details) for each in _audit(app)] == [("person.exported", {"way": "operator"})]
    again = _flask(app, "export", GUEST, str(target))
    assert again.exit_code == 1 and "cannot be made" in again.output


def test_erasing_a_guest_asks_first_names_what_stays_and_leaves_no_trace_of_the_question(app, guest):
    ask_as_guest(app, subject="Gastbetreff")
    ask(app, ANNA, subject="Annas Betreff")
    send(guest, name="Gerda Gast", email=GUEST)
    refused = _flask(app, "erase", GUEST, answer="n\n")
    assert refused.exit_code == 1 and "stays  Declaration C26-00001-4" in refused.output
    assert leftovers(app, ["Gastbetreff"]) and not _audit(app)
    done = _flask(app, "erase", GUEST, "--yes")
    assert done.exit_code == 0 and "Erased: 1 question and" in done.output, done.output
    assert not [each for each in leftovers(app, ["Gastbetreff"]) if "questions" in each or "customers" in each]
    assert leftovers(app, ["Annas Betreff"])
    assert [each.verb for each in _audit(app)] == ["person.erased"]


def test_staff_and_what_is_no_address_are_refused(app, tmp_path):
    account(app, CLARA)
    for address, sentence in ((CLARA.email, "staff"), ("keine Adresse", "not an e-mail address")):
        for words in (("erase", address, "--yes"), ("export", address, str(tmp_path / "new.zip"))):
            done = _flask(app, *words)
            assert done.exit_code == 1 and sentence in done.output
    assert not (tmp_path / "new.zip").exists() and not _audit(app)


def test_an_address_under_which_nothing_is_held_is_said_to_be_unknown_and_changes_nothing(app, tmp_path):
    target = str(tmp_path / "new.zip")
    for words in (("erase", "gerad@gast.example", "--yes"), ("export", "gerad@gast.example", target)):
        done = _flask(app, *words)
        assert done.exit_code == 1 and "Nothing is held under this address" in done.output
    assert not (tmp_path / "new.zip").exists() and not _audit(app)
