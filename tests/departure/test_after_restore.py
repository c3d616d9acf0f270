"""Whoever was erased stays erased, also when a backup of before is brought back (Art. 17 GDPR)."""

import shutil
from datetime import timedelta

import pytest

from portal.departure.actions.erasing import erase_unknown
from portal.departure.queries import trail_of_address
from portal.foundation import clock
from portal.foundation.config import CONFIG
from portal.foundation.files.erased import forget_erased
from portal.operation.backup import make_verified
from tests.cast import ANNA
from tests.conftest import make_app, running
from tests.departure.people import leftovers
from tests.questions.people import GUEST, ask, ask_as_guest


@pytest.fixture
def elsewhere(demo, tmp_path, migrated):
    """An empty machine: nothing but the code and the content."""
    shutil.copytree(demo / "data" / "derived", tmp_path / "elsewhere" / "derived")
    address = f"sqlite:///{tmp_path / 'elsewhere' / 'portal.sqlite'}"
    with running(make_app(tmp_path / "elsewhere", demo / "content", database_url=address)) as app:
        yield app


def saved(app):
    """A backup where this portal keeps them by itself."""
    with app.app_context():
        return make_verified(CONFIG.of(app).data / "backups", clock.now()).folder


def erased(app, *, ago=timedelta()):
    """The guest has everything erased; the folder of the notes about it."""
    with app.app_context():
        erase_unknown(trail_of_address(GUEST, now=clock.now() - ago))
    return CONFIG.of(app).data / "backups" / "erased"


def restored(elsewhere, backup):
    with elsewhere.app_context():
        done = elsewhere.test_cli_runner().invoke(args=["restore", str(backup)])
    assert done.exit_code == 0, done.output
    return done.output


def held(app, *words):
    """In which columns something of the guest stands, or these words; files of a database are swept later."""
    return [each for each in leftovers(app, words or ["Gastbetreff", GUEST]) if ".sqlite" not in each]


def test_whoever_was_erased_since_the_backup_is_erased_again_and_nobody_else(app, elsewhere):
    ask_as_guest(app, subject="Gastbetreff")
    ask(app, ANNA, subject="Annas Betreff")
    backup = saved(app)
    erased(app)
    said = restored(elsewhere, backup)
    assert "1 erasures since then are noted beside it: 1 were there again and are erased anew." in said
    assert held(elsewhere) == held(app)
    assert held(elsewhere, "Annas Betreff")


def test_whoever_came_back_after_an_erasure_and_is_in_the_backup_stays(app, elsewhere):
    ask_as_guest(app, subject="Vorher")
    erased(app, ago=timedelta(hours=1))
    ask_as_guest(app, subject="Gastbetreff")
    assert "0 erasures since then" in restored(elsewhere, saved(app))
    assert leftovers(elsewhere, ["Gastbetreff"])


def test_a_note_names_nobody_without_the_key_and_goes_when_no_backup_needs_it(app):
    ask_as_guest(app)
    folder = erased(app)
    [note] = folder.iterdir()
    assert "gerda" not in (note.name + note.read_text()) and folder.stat().st_mode & 0o077 == 0
    with app.app_context():
        forget_erased(clock.now() + timedelta(days=59))
        assert note.exists()
        forget_erased(clock.now() + timedelta(days=61))
    assert not note.exists()


def test_an_erasure_succeeds_though_it_can_be_noted_nowhere(app, caplog):
    ask_as_guest(app, subject="Gastbetreff")
    (CONFIG.of(app).data / "backups").write_text("a file stands where the folder should be")
    erased(app)
    assert not held(app)
    assert "alarm: an erasure was not noted" in caplog.text


def test_notes_that_cannot_be_read_are_said_and_the_rest_is_back(app, elsewhere):
    ask_as_guest(app, subject="Gastbetreff")
    backup = saved(app)
    [note] = erased(app).iterdir()
    note.write_text("with another key")
    assert "cannot be read" in restored(elsewhere, backup)
    assert leftovers(elsewhere, ["Gastbetreff"])
