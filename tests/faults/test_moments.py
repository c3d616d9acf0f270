"""Killed while a schema, an index, a backup or an erasure is half done: the old state or the new one, never between."""

import shutil
import signal
import time

import pytest
from flask_migrate import downgrade

from portal.faq.library import KEEPER
from portal.faq.library.building.build import main as build
from portal.faq.library.building.indexing import main as write_index
from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.foundation.sql.schema import known_revisions, newest_revision, revision_of
from portal.integrity import check
from portal.operation.backup import make_backup, read_backup
from portal.operation.migrating import migrate
from portal.operation.restoring import restore
from portal.operation.saved import list_backups
from tests.conftest import NOON, make_app, running
from tests.faults.asking import Asking
from tests.faults.dying import dies
from tests.faults.household import crowd, household
from tests.faults.invariants import broken
from tests.faults.ledger import Ledger

BEFORE = "0006"


def schema(app) -> str | None:
    with app.app_context(), db.engine.connect() as connection:
        return revision_of(connection)


def asked(app, ledger: Ledger) -> None:
    asking = Asking(app)
    assert asking.attaches().status == 200 and asking.sends(ledger).status == 303


def steps_killed(app, ledger: Ledger, every: int) -> int:
    """Killed after each so many steps, then tried again; how many kills there were."""
    kills, step, revisions = 0, 1, sorted(known_revisions())
    while True:
        with app.app_context():
            downgrade(revision=BEFORE)

        def go_on() -> None:
            with app.app_context():
                migrate(db.engine)

        if not dies(app, f"migration_step:{step}", go_on):
            break
        kills, step = kills + 1, step + every
        # The step under way was not kept, those before were.
        assert schema(app) == revisions[revisions.index(BEFORE) + step - every - 1]
        go_on()
        assert schema(app) == newest_revision()
        with app.app_context():
            assert list(check(NOON)) == [] and list(ledger.faults(CONFIG.of(app).database_url)) == []
    go_on()
    return kills


def test_killed_during_a_migration(app, seen):
    ledger = Ledger()
    asked(app, ledger)
    assert steps_killed(app, ledger, every=5) >= 2
    seen("kill during a migration (migration_step_n)", "the state before the step; the second try goes through")


@pytest.mark.long_fault
def test_killed_at_every_step_of_a_migration(app, seen):
    ledger = Ledger()
    asked(app, ledger)
    kills = steps_killed(app, ledger, every=1)
    seen(f"kill at each of {kills} steps of a migration", "the state before the step; the second try goes through")


@pytest.mark.long_fault
@pytest.mark.once
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("swap", ["content_swap", "index_swap"])
def test_killed_while_content_or_index_is_swapped(app, content, swap, when, seen):
    point = f"{swap}_{when}"
    derived = CONFIG.of(app).data / "derived"
    places = ["--content", str(content), "--derived", str(derived)]
    words = ["--derived", str(derived), "--on", NOON.date().isoformat()]

    def act() -> None:
        build([*places, "--anew"])
        shutil.rmtree(derived / "index")
        write_index(words)

    assert dies(app, point, act)
    if point.startswith("index"):
        assert build(places) in (0, 3) and write_index(words) == 0
    else:
        assert build(places) == 0
    keeper = KEEPER.of(app)
    assert keeper.settle(seconds=120) and keeper.library.is_ready and keeper.searcher is not None
    seen(f"kill at {point}", "the old state or the new one, and the next builder goes on", invariants="–")


def test_killed_while_a_backup_is_half_copied(app, tmp_path, seen):
    ledger = Ledger()
    asked(app, ledger)
    folder = tmp_path / "backups"

    def back_up() -> None:
        with app.app_context():
            make_backup(folder, NOON)

    assert dies(app, "backup_copy_half", back_up)
    assert list_backups(folder) == []
    back_up()
    assert len(list_backups(folder)) == 1 and len(list(folder.iterdir())) == 1
    seen("kill at backup_copy_half", "no half backup is taken for one; the next one clears up")


@pytest.mark.long_fault
@pytest.mark.once
def test_a_backup_under_load_comes_back_on_an_empty_machine(house, ledger, app, tmp_path, seen):
    folder, elsewhere = tmp_path / "backups", tmp_path / "elsewhere"
    with crowd(house, ledger):
        time.sleep(2)
        killed = house.flask("backup", str(folder), PORTAL_CRASH_AT="backup_copy_half")
        before = dict(ledger.given)
        made = house.flask("backup", str(folder))
    assert killed.returncode == -signal.SIGKILL and made.returncode == 0, made.stderr
    (place,) = list_backups(folder)
    assert broken(house, ledger) == []
    house.stop(signal.SIGKILL)
    begun = time.monotonic()
    shutil.copytree(house.data / "derived", elsewhere / "derived")
    config = type(CONFIG.of(app))(**{**vars(CONFIG.of(app)), "data": elsewhere})
    url = f"sqlite:///{elsewhere / 'portal.sqlite'}"
    with running(make_app(elsewhere, CONFIG.of(app).content)) as other, other.app_context():
        restore(read_backup(place), NOON)
    with household(config, url, tmp_path / "other-log") as restored:
        took = time.monotonic() - begun + restored.recovers(then := Ledger(before))
        assert list(then.faults(url)) == [] and restored.flask("check").returncode == 0
    younger = len(ledger.given) - len(before)
    said = f"all {len(before)} from before are there, {younger} are younger"
    seen("backup under load, machine lost, restored elsewhere", said, recovered=took)
