"""A reader gets a whole snapshot or none, and a failed writer leaves the old one."""

import resource
import subprocess
from pathlib import Path

import pytest

from portal.faq.library.building import snapshot
from portal.faq.library.building.snapshot import pointer_of
from portal.faq.library.loading import load_library
from tests.faq.library_folder import ROOT, ContentFolder


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    made = ContentFolder(tmp_path)
    made.article("a/gut", "Gute Antwort.")
    made.build()
    return made


def current(folder: ContentFolder) -> Path:
    return folder.derived / pointer_of(folder.derived).name


def read(folder: ContentFolder):
    pointer = pointer_of(folder.derived)
    return load_library(folder.derived, pointer) if pointer else None


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def change_one_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGE = {
    "removed": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": cut,
    "one byte changed": change_one_byte,
    "something else": lambda path: path.write_bytes(b"x" * 5000),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_snapshot_is_none_and_is_built_again(folder, damage):
    DAMAGE[damage](current(folder))
    assert read(folder) is None
    assert "Gute Antwort." in folder.build().articles["de/a/gut"].body


@pytest.mark.parametrize(
    "text", [b"", b"1", b"99 snapshot-x y\n", b"2 ../../etc/passwd x\n", b"\xff\xfe", b"2 a b c d\n"]
)
def test_a_damaged_pointer_is_none_and_is_written_again(folder, text):
    (folder.derived / snapshot.POINTER).write_bytes(text)
    assert read(folder) is None
    assert folder.build().is_ready


def test_a_snapshot_of_another_format_is_none_and_is_built_again(folder):
    pointer = folder.derived / snapshot.POINTER
    pointer.write_text(pointer.read_text().replace(f"{snapshot.FORMAT} ", "0 ", 1))
    assert read(folder) is None
    assert folder.build().is_ready


def test_a_full_disk_leaves_the_old_snapshot_and_no_rest(folder):
    before = read(folder).generation
    folder.article("a/neu")
    child = subprocess.run(folder.command, cwd=ROOT, preexec_fn=_no_room, capture_output=True, text=True, check=False)
    assert child.returncode == 1 and "the old one stays" in child.stderr
    assert read(folder).generation == before
    assert not list(folder.derived.glob("new-*"))


def _no_room() -> None:
    """No file of this process may grow beyond three pages: writing fails as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (24_576, 24_576))


def test_a_reader_of_the_snapshot_before_is_not_disturbed_and_older_ones_go(folder):
    first = pointer_of(folder.derived)
    for number in range(4):
        folder.article("a/gut", f"Antwort {number}")
        before = pointer_of(folder.derived)
        folder.build()
        assert load_library(folder.derived, before) is not None
    assert load_library(folder.derived, first) is None
    assert len(list(folder.derived.glob("snapshot-*"))) == 2


def test_what_is_loaded_is_what_was_built(folder):
    folder.article("a/voll", "## Teil\n\nText", keywords="[x]", pinned="true", publish_from="2026-01-01", id=9)
    article = folder.build().articles["de/a/voll"]
    assert (article.number, article.keywords, article.pinned, article.words) == (9, ("x",), True, 2)
    assert article.headings[0].text == "Teil" and 'id="teil"' in article.body
