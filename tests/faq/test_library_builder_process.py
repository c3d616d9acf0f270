"""The builder as a process of its own: killed, busy, and what its exit code says."""

import subprocess
import time

from portal.faq.library.building.build import LOCK, BuilderBusy, exclusive
from tests.faq.library_folder import ROOT, ContentFolder


def test_a_killed_builder_leaves_the_old_state_and_the_next_one_succeeds(folder):
    before = folder.build()
    folder.article("a/langsam", "[" * 50_000)
    child = subprocess.Popen(folder.command, cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not _is_locked(folder):
        time.sleep(0.01)
    child.kill()
    child.wait()
    assert folder.load().generation == before.generation
    folder.article("a/langsam", "Schnell.")
    # The kernel ends the builder's workers a moment after the builder itself; a keeper would simply come again.
    while time.monotonic() < deadline and _is_locked(folder):
        time.sleep(0.01)
    assert "de/a/langsam" in folder.build().articles


def _is_locked(folder: ContentFolder) -> bool:
    try:
        with exclusive(folder.derived / LOCK):
            return False
    except BuilderBusy:
        return True


def test_the_command_line_builds_and_says_so_by_its_exit_code(folder):
    assert subprocess.run(folder.command, cwd=ROOT, stderr=subprocess.DEVNULL, check=False).returncode == 0
    assert "de/a/gut" in folder.load().articles
    with exclusive(folder.derived / LOCK):
        assert subprocess.run(folder.command, cwd=ROOT, stderr=subprocess.DEVNULL, check=False).returncode == 3
