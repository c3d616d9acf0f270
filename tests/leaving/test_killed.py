"""Kill -9 at every place of taking a declaration: either nobody saw a receipt, or the declaration is there."""

import os
import signal
import subprocess
import sys

import pytest

from portal.foundation.config import CONFIG
from portal.rounds import ROUNDS
from tests.conftest import ROOT
from tests.leaving.declaring import declarations
from tests.leaving.test_spool import away, files


def process(app, *arguments: str, at: str = "") -> subprocess.CompletedProcess:
    """A process of its own on the same data, which dies at that point."""
    config = CONFIG.of(app)
    ours = {"PORTAL_DATA": str(config.data), "PORTAL_CONTENT": str(config.content), "PORTAL_CRASH_AT": at}
    ours |= {"DATABASE_URL": config.database_url.replace("+psycopg", "")}
    ours |= {"SECRET_KEY": "x" * 32, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.leaving.declaring_process", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | ours, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(
    ("point", "has_database", "stored", "waiting"),
    [
        ("declaration_before_commit", True, 0, 0),
        ("declaration_after_commit", True, 1, 0),
        ("declaration_half_spooled", False, 0, 0),
        ("declaration_spooled", False, 0, 1),
    ],
)
def test_no_receipt_was_seen_unless_the_declaration_is_there(app, point, has_database, stored, waiting):
    """Checklist 28: and pressing again makes no second one."""
    if has_database:
        killed = process(app, at=point)
    else:
        with away(app):
            killed = process(app, at=point)
    assert killed.returncode == -signal.SIGKILL and "RECEIPT" not in killed.stdout, killed.stderr
    assert len(declarations(app)) == stored
    assert len([each for each in files(app) if each.suffix == ".json"]) == waiting
    assert "RECEIPT" in process(app).stdout
    ROUNDS.of(app).once()
    assert len(declarations(app)) == 1


def test_a_process_that_dies_while_it_replays_doubles_nothing(app):
    """Checklist 28: the file goes after the commit."""
    with away(app):
        assert "RECEIPT" in process(app).stdout
    assert process(app, "replay", at="declaration_replayed").returncode == -signal.SIGKILL
    assert len(files(app)) == 1 and len(declarations(app)) == 1
    ROUNDS.of(app).once()
    assert files(app) == [] and len(declarations(app)) == 1
