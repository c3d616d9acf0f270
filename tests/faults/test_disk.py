"""The disk is full, the folder takes no writing, temporary files have no room: nothing typed is lost."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import pytest

from portal.foundation.config import CONFIG
from tests.faults.household import Household, household
from tests.faults.invariants import broken
from tests.faults.ledger import Ledger
from tests.journeys.conftest import eventually
from tests.leaving.declaring import TYPED

pytestmark = [pytest.mark.long_fault, pytest.mark.once]
MEGABYTE = 1024 * 1024


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own in memory; skipped, with a word, where nobody may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="portal-disk-"))
    options = f"size={megabytes}m"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        folder.rmdir()
        pytest.skip("not injected: mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is left; afterwards there is room again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (MEGABYTE, 4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass
    yield
    ballast.unlink()


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Nothing in it can be changed, nothing can be added."""
    places = [folder, *(each for each in folder.rglob("*") if each.is_dir() or each.is_file())]
    modes = {each: each.stat().st_mode for each in places}
    for each in places:
        each.chmod(modes[each] & ~0o222)
    yield
    for each, mode in modes.items():
        with suppress(FileNotFoundError):
            each.chmod(mode)


def told(house: Household, ledger: Ledger) -> tuple[list[int], int]:
    """What people are told meanwhile: askers, some with a file, and whoever cancels; articles are read."""
    who = house.asker(ledger)
    assert who.get("/de/faq/rechnung/rechnung-finden").status == 200
    assert who.get("/de/search?q=router").status == 200
    asked = [who.sends(who.begins(with_file=number % 2 == 1)) for number in range(4)]
    declared = who.post("/kuendigen", TYPED)
    for fault in filter(None, house.strangers(ledger).look()):
        ledger.complain(fault)
    return asked, declared.status


def is_read(house: Household, ledger: Ledger) -> bool:
    """Whether an article can be read."""
    try:
        return house.asker(ledger).get("/de/faq/rechnung/rechnung-finden").status == 200
    except (OSError, HTTPException):
        return False


def test_the_disk_is_full(app, tmp_path, ledger, seen):
    with small_disk(40) as disk:
        here = {"data": disk / "data", "database_url": f"sqlite:///{disk}/data/portal.sqlite"}
        config = replace(CONFIG.of(app), **here)
        shutil.copytree(CONFIG.of(app).data, config.data)
        with household(config, config.database_url, tmp_path / "log") as house:
            house.recovers(ledger)
            house.strangers(ledger)
            with filled(disk):
                asked, declared = told(house, ledger)
            took = house.recovers(ledger)
            assert set(asked) <= {303, 422, 503} and declared in (200, 303, 503), (asked, declared)
            assert broken(house, ledger) == []
    seen("disk full", f"asking {sorted(set(asked))} with the text, cancelling {declared}", recovered=took)


def test_the_data_folder_takes_no_writing(app, tmp_path, ledger, seen):
    # Root may write everywhere, unless it gives that up.
    bound = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()
    config = CONFIG.of(app)
    with household(config, config.database_url, tmp_path / "log", before=bound) as house:
        house.recovers(ledger)
        house.strangers(ledger)
        with unwritable(config.data):
            asked, declared = told(house, ledger)
        took = house.recovers(ledger)
        assert set(asked) <= {303, 422, 503} and declared in (200, 303, 503), (asked, declared)
        assert broken(house, ledger) == []
    seen("data folder read-only", f"asking {sorted(set(asked))} with the text, cancelling {declared}", recovered=took)


def test_there_is_no_room_for_temporary_files(app, tmp_path, ledger, seen):
    config = CONFIG.of(app)
    with small_disk(8) as disk, household(config, config.database_url, tmp_path / "log", TMPDIR=str(disk)) as house:
        house.recovers(ledger)
        house.strangers(ledger)
        before = house.processes
        with filled(disk):
            asked, _ = told(house, ledger)
            large = house.asker(ledger).begins(with_file=True)
            large.file += b"%" * 2 * MEGABYTE
            status = house.asker(ledger).sends(large)
            died = set(before) - set(house.processes)
            # New processes have no room either for the files in which answers are counted.
            for each in house.processes[3:]:
                os.kill(each, signal.SIGKILL)
            assert eventually(lambda: is_read(house, ledger), seconds=60), house.words[-3000:]
        took = house.recovers(ledger)
        assert set(asked) == {303} and status in (303, 422), (asked, status)
        assert broken(house, ledger) == [] and not died
    seen("temporary folder full", f"asking 303, a large file {status} with the text", recovered=took)
