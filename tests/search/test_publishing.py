"""Building beside, publishing by rename, refusing what is damaged."""

import fcntl
import json
import multiprocessing

import pytest

from portal.search import (
    MARK_BEGIN,
    Document,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    IndexUnusable,
    Searcher,
    SynonymError,
    pointer_version,
)
from portal.search.index.build import build_index


def build(folder, *, title="Rechnung lesen", fingerprint="x"):
    build_index([Document("a", "de", title, body="Text.")], folder, synonyms={}, fingerprint=fingerprint)


def version_of(folder):
    return folder / pointer_version(folder)


def test_a_folder_without_index_says_so(tmp_path):
    assert pointer_version(tmp_path / "nowhere") is None
    with pytest.raises(IndexMissing):
        Searcher.open(tmp_path)


def test_the_fingerprint_comes_back(tmp_path):
    build(tmp_path, fingerprint="content-hash")
    assert Searcher.open(tmp_path).fingerprint == "content-hash"


def test_an_empty_help_centre_can_be_indexed(tmp_path):
    build_index([], tmp_path, synonyms={"de": "a, b"}, fingerprint="empty")
    assert Searcher.open(tmp_path).search("rechnung", language="de").total == 0


def test_an_article_without_any_word_can_be_indexed(tmp_path):
    build_index([Document("a", "de", "…"), Document("b", "de", "")], tmp_path, synonyms={}, fingerprint="")
    assert Searcher.open(tmp_path).search("rechnung", language="de").total == 0


def test_a_new_index_changes_the_pointer_and_the_opened_one_stays_usable(tmp_path):
    build(tmp_path, title="Alter Titel")
    before, searcher = pointer_version(tmp_path), Searcher.open(tmp_path)
    for _ in range(3):
        build(tmp_path, title="Neuer Titel")
    assert pointer_version(tmp_path) != before
    assert searcher.search("alter titel", language="de").hits[0].title.startswith(f"{MARK_BEGIN}Alter")
    assert Searcher.open(tmp_path).search("neuer titel", language="de").hits[0].title.startswith(f"{MARK_BEGIN}Neuer")


def test_only_this_version_and_the_one_before_stay_on_disk(tmp_path):
    for _ in range(4):
        build(tmp_path)
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 2


def test_what_a_crashed_builder_left_is_removed(tmp_path):
    (tmp_path / "building-dead").mkdir()
    build(tmp_path)
    assert not (tmp_path / "building-dead").exists()


def test_a_failed_build_leaves_the_published_index_alone(tmp_path):
    build(tmp_path)
    before = pointer_version(tmp_path)

    def broken():
        yield Document("b", "de", "Gut")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        build_index(broken(), tmp_path, synonyms={}, fingerprint="y")
    with pytest.raises(SynonymError, match="line 2"):
        build_index([], tmp_path, synonyms={"de": "a, b\nallein"}, fingerprint="y")
    assert pointer_version(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [before]


def test_a_second_builder_is_turned_away(tmp_path):
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(IndexBusy):
            build(tmp_path)
    build(tmp_path)
    assert Searcher.open(tmp_path)


def every_file(folder):
    return sorted(path for path in version_of(folder).rglob("*") if path.is_file())


@pytest.mark.parametrize("harm", ["cut", "change", "remove", "empty"])
def test_any_damaged_file_is_noticed_at_opening(tmp_path, harm):
    build(tmp_path)
    for path in every_file(tmp_path):
        content = path.read_bytes()
        if harm == "remove":
            path.unlink()
        else:
            path.write_bytes(
                {
                    "cut": content[: len(content) // 2],
                    "change": content[:-1] + bytes([content[-1] ^ 1]) if content else b"x",
                    "empty": b"",
                }[harm]
            )
        if path.exists() and path.read_bytes() == content:
            continue
        with pytest.raises(IndexUnusable):
            Searcher.open(tmp_path)
        path.write_bytes(content)
    assert Searcher.open(tmp_path)


@pytest.mark.parametrize("harm", ["cut", "overwrite"])
def test_an_open_index_whose_file_is_harmed_says_so_and_takes_no_process_down(tmp_path, harm):
    build(tmp_path)
    searcher = Searcher.open(tmp_path)
    with (version_of(tmp_path) / "de" / "tables").open("r+b") as tables:
        size = len(tables.read())
        tables.truncate(0)
        if harm == "overwrite":
            tables.write(b"x" * size)
    for ask in (searcher.search, searcher.suggest):
        with pytest.raises(IndexDamaged):
            ask("rechnung", language="de")


@pytest.mark.parametrize("pointer", [b"", b"v-nothing", b"../elsewhere", b"\xff\xfe", b"v-\0"])
def test_a_damaged_pointer_is_noticed(tmp_path, pointer):
    build(tmp_path)
    (tmp_path / "current").write_bytes(pointer)
    with pytest.raises(IndexDamaged):
        Searcher.open(tmp_path)


def test_an_index_of_another_version_is_outdated(tmp_path):
    build(tmp_path)
    path = version_of(tmp_path) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 0}))
    with pytest.raises(IndexOutdated):
        Searcher.open(tmp_path)


def publish_often(folder):
    for number in range(12):
        build(folder, title=f"Rechnung {number}")


def test_opening_is_safe_while_another_process_publishes(tmp_path):
    build(tmp_path)
    publisher = multiprocessing.get_context("spawn").Process(target=publish_often, args=(tmp_path,))
    publisher.start()
    opened = 0
    while publisher.is_alive() or opened == 0:
        assert Searcher.open(tmp_path).search("rechnung", language="de").total == 1
        opened += 1
    publisher.join()
    assert publisher.exitcode == 0
