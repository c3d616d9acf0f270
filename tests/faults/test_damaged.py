"""What lies on the disk has changed: it is found, named, and what can be made anew is made anew."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.foundation.config import CONFIG
from portal.foundation.database import db, transaction
from portal.foundation.sql.word_index import read_along
from portal.integrity import Unsound, look_at_night
from portal.operation.backup import make_verified
from portal.operation.restoring import restore
from portal.rounds import ROUNDS
from tests.conftest import NOON, make_app, running
from tests.faults.asking import Asking
from tests.faults.ledger import Ledger
from tests.leaving.declaring import declarations, press
from tests.leaving.test_spool import away, files
from tests.visitor import Visitor


def checked(app, *options: str) -> tuple[int, str]:
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["check", *options])
    return done.exit_code, done.output


@pytest.fixture
def stored(app) -> Path:
    """The file of a question, as it lies on the disk."""
    asking = Asking(app)
    assert asking.attaches().status == 200 and asking.sends(Ledger()).status == 303
    (path,) = (CONFIG.of(app).data / "uploads").glob("[0-9a-f][0-9a-f]/*/*")
    return path


def test_a_file_that_is_missing_or_changed_by_one_byte_is_named(app, stored, seen):
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-1] + b"!")
    assert "its content has changed" in checked(app)[1]
    stored.unlink()
    assert "its bytes are missing" in checked(app)[1] and checked(app)[0] == 1
    seen("a file missing, or changed by one byte", "`flask check` names it", invariants="I4")


@pytest.mark.sqlite_only
def test_a_damaged_full_text_index_is_found_and_made_anew(app, stored, caplog, seen):
    """SQLite's own check says "ok" to it before 3.44."""
    with app.app_context():
        read_along()
        with transaction():
            db.session.execute(text("UPDATE fts_messages_data SET block = x'00' WHERE id > 10"))
        assert checked(app)[0] == 1 and "full-text index fts_messages" in checked(app)[1]
        with caplog.at_level(logging.WARNING), pytest.raises(Unsound):
            look_at_night(datetime.now(UTC))
        assert "alarm: integrity: full-text index fts_messages" in caplog.text and checked(app)[0] == 0
        found = db.session.scalar(text("SELECT count(*) FROM fts_messages WHERE fts_messages MATCH 'montag'"))
        assert found == 1
        with transaction():
            db.session.execute(text("UPDATE fts_messages_data SET block = x'00' WHERE id > 10"))
    assert checked(app, "--rebuild-index")[0] == 0 and checked(app)[0] == 0
    seen("full-text index of the desk damaged", "found, made anew by the nightly duty", invariants="I6")


def test_a_declaration_that_waits_in_a_file_is_in_the_backup_and_comes_back(app, demo, tmp_path, seen):
    with away(app):
        assert press(Visitor(app)).status == 200
    assert "declaration in a file since" not in checked(app)[1]
    with app.app_context():
        made = make_verified(tmp_path / "backups", NOON)
    with running(make_app(tmp_path / "elsewhere", demo / "content")) as other:
        with other.app_context():
            restore(made, NOON)
        ROUNDS.of(other).once()
        assert len(declarations(other)) == 1 and files(other) == []
    seen("a declaration in a file while a backup is made", "it is in the backup, restored and taken", invariants="I3")
