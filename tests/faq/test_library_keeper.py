"""Every process has the newest content within a moment, and no fault in a round ends the rounds."""

import os
import shutil
import signal
import time
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.faq.library import Keeper
from portal.faq.library.building.build import LOCK, exclusive
from portal.faq.library.building.index_name import VECTORS
from portal.faq.library.building.meaning import write_vectors_of
from portal.faq.library.building.snapshot import POINTER
from portal.foundation import clock
from portal.search import IndexDamaged
from portal.search.by_meaning import Meaning
from tests.faq.library_folder import ContentFolder

BERLIN = ZoneInfo("Europe/Berlin")


class Keepers:
    """As many keepers of one folder as a test needs; each could live in a process of its own."""

    def __init__(self, folder: ContentFolder) -> None:
        self.folder = folder
        self.made: list[Keeper] = []

    def new(self, **options: object) -> Keeper:
        options = {"quiet_seconds": 0.0, **options}
        self.made.append(
            Keeper(
                content=self.folder.content,
                derived=self.folder.derived,
                zone=BERLIN,
                languages=("de", "en"),
                **options,
            )
        )
        return self.made[-1]


@pytest.fixture
def keepers(folder: ContentFolder) -> Iterator[Keepers]:
    made = Keepers(folder)
    yield made
    for keeper in made.made:
        keeper.stop()


def until(condition, keeper: Keeper) -> None:
    """Go round until the condition holds; the test fails when it never does."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        keeper.watch.hurry()
        keeper.refresh()
        time.sleep(0.02)


def body(keeper: Keeper, key: str = "de/a/gut") -> str:
    article = keeper.library.articles.get(key)
    return article.body if article else ""


def test_before_the_first_build_there_is_an_empty_library_and_no_searcher(keepers):
    keeper = keepers.new()
    assert not keeper.library.is_ready and not keeper.library.articles and keeper.searcher is None


def test_the_first_rounds_bring_content_and_search(keepers):
    keeper = keepers.new()
    assert keeper.settle()
    assert "Gute Antwort." in body(keeper)
    assert [hit.key for hit in keeper.searcher.search("antwort", language="de").hits] == ["de/a/gut"]
    assert [hit.key for hit in keeper.searcher.search("antwort", language="en").hits] == ["en/a/gut"]


def test_a_change_is_noticed_by_the_process_that_watches_and_by_one_that_does_not(folder, keepers):
    first, second = keepers.new(), keepers.new()
    assert first.settle()
    second.refresh()
    assert second.library.generation == first.library.generation and second.searcher is not None
    folder.article("a/gut", "Neue Antwort.")
    until(lambda: "Neue Antwort." in body(first), first)
    second.refresh()
    assert "Neue Antwort." in body(second)


def test_only_one_of_two_processes_builds_and_the_other_takes_over_when_it_ends(folder, keepers):
    first, second = keepers.new(), keepers.new()
    assert first.settle()
    folder.article("a/gut", "Neue Antwort.")
    second.watch.hurry()
    second.refresh(patience=30)
    assert "Gute Antwort." in body(second)
    first.stop()
    until(lambda: "Neue Antwort." in body(second), second)


def test_a_file_touched_a_moment_ago_waits_for_a_later_round(folder, keepers):
    keeper = keepers.new(quiet_seconds=3600.0)
    assert keeper.settle()
    folder.article("a/gut", "Halb geschr")
    keeper.watch.hurry()
    keeper.refresh(patience=30)
    assert "Gute Antwort." in body(keeper)
    keeper.watch.quiet_seconds = 0.0
    until(lambda: "Halb geschr" in body(keeper), keeper)


def test_an_unchanged_folder_starts_no_builder(folder, keepers):
    keeper = keepers.new()
    assert keeper.settle()
    before = (folder.derived / POINTER).read_bytes()
    for _ in range(3):
        keeper.watch.hurry()
        keeper.refresh(patience=30)
    assert (folder.derived / POINTER).read_bytes() == before


@pytest.mark.parametrize("lost", ["current-*", "snapshot-*", "index", "*"])
def test_whatever_is_deleted_of_the_derived_files_comes_back_and_readers_notice_nothing(folder, keepers, lost):
    keeper = keepers.new()
    assert keeper.settle()
    for path in folder.derived.glob(lost):
        if not path.name.startswith("watcher"):  # a held lock belongs to the process, not to the data
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert "Gute Antwort." in body(keeper)
    fresh = keepers.new()
    until(lambda: (fresh.refresh() or fresh.library.is_ready) and fresh.searcher is not None, keeper)
    assert "Gute Antwort." in body(fresh)


def test_a_damaged_snapshot_at_the_start_is_built_again(folder, keepers):
    folder.build()
    for path in folder.derived.glob("snapshot-*"):
        path.write_bytes(path.read_bytes()[:3000])
    keeper = keepers.new()
    assert keeper.settle() and "Gute Antwort." in body(keeper)


def test_removed_copies_of_images_are_made_again(folder, keepers):
    folder.write("faq/de/a/bild.svg", "<svg/>")
    keeper = keepers.new()
    assert keeper.settle()
    for path in keeper.copies.iterdir():
        path.unlink()
    assert keeper.settle()
    assert [path.read_text() for path in keeper.copies.iterdir()] == ["<svg/>"]


def test_a_damaged_index_is_written_again(folder, keepers):
    keeper = keepers.new()
    assert keeper.settle()
    keeper.stop()
    for path in (folder.derived / "index").rglob("*"):
        if path.is_file() and path.name not in ("current", "lock"):
            path.write_bytes(b"x")
    fresh = keepers.new()
    fresh.refresh()
    assert fresh.library.is_ready and fresh.searcher is None
    assert fresh.settle() and fresh.searcher is not None


def test_an_index_that_is_cut_while_it_is_read_is_given_up_and_written_again(folder, keepers):
    keeper = keepers.new()
    assert keeper.settle()
    for tables in (folder.derived / "index").rglob("tables"):
        os.truncate(tables, 100)
    with pytest.raises(IndexDamaged) as harm:
        keeper.searcher.search("antwort", language="de")
    keeper.give_up(keeper.searcher, harm.value)
    assert keeper.searcher is None
    assert keeper.settle() and keeper.searcher.search("antwort", language="de").hits


@pytest.mark.parametrize("damaged", ["index", "snapshot-*"])
def test_what_only_a_new_process_finds_damaged_is_mended_by_the_one_that_watches(folder, keepers, damaged):
    watching, fresh = keepers.new(), keepers.new()
    assert watching.settle()
    for place in folder.derived.glob(damaged):
        for path in place.rglob("*") if place.is_dir() else [place]:
            if path.is_file() and path.name not in ("current", "lock"):
                path.write_bytes(b"x")
    until(lambda: fresh.refresh() or (fresh.library.is_ready and fresh.searcher is not None), watching)
    assert "Gute Antwort." in body(fresh)


def test_the_day_a_scheduled_article_appears_it_is_shown_and_found(folder, keepers):
    folder.article("a/aktion", "Sonderpreis.", publish_from="2026-12-24")
    keeper = keepers.new()
    with clock.frozen(datetime(2026, 12, 23, 22, 59, tzinfo=UTC)):
        assert keeper.settle()
        assert keeper.library.edition("de", keeper.today()).entry("a/aktion") is None
        assert not keeper.searcher.search("sonderpreis", language="de").hits
    with clock.frozen(datetime(2026, 12, 23, 23, 1, tzinfo=UTC)):
        assert keeper.library.edition("de", keeper.today()).entry("a/aktion")
        assert keeper.settle()
        assert keeper.searcher.search("sonderpreis", language="de").hits


def test_a_command_that_gives_up_leaves_no_builder_running(keepers):
    keeper = keepers.new()
    assert not keeper.settle(seconds=0.01)
    assert [keeper._builder.process, keeper._indexer.process] == [None, None]


def test_a_killed_builder_is_started_again(folder, keepers):
    keeper = keepers.new()
    assert keeper.settle()
    folder.article("a/gut", "Neue Antwort.")
    keeper.watch.hurry()
    keeper.refresh(patience=0)
    os.kill(keeper._builder.process.pid, signal.SIGKILL)
    keeper._builder.process.wait()
    until(lambda: "Neue Antwort." in body(keeper), keeper)


def test_rebuilding_waits_for_a_builder_at_work_and_accepts_what_vanished(folder, keepers):
    for number in range(12):
        folder.article(f"b/artikel-{number}")
    keeper = keepers.new()
    assert keeper.settle()
    shutil.rmtree(folder.content / "faq/de/b")
    until(lambda: any("gone at once" in fault.problem for fault in keeper.library.faults), keeper)
    assert len(keeper.library.articles) == 13
    assert keeper.rebuild(accept_vanished=True)
    assert set(keeper.library.articles) == {"de/a/gut"}


def test_the_thread_goes_on_after_an_error_in_a_round(folder, keepers, caplog):
    keeper = keepers.new()
    folder.derived.write_text("a file where a folder belongs")
    keeper.start()
    deadline = time.monotonic() + 60
    while "a round of the content keeper failed" not in caplog.text:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    folder.derived.unlink()
    while not keeper.library.is_ready:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert "Gute Antwort." in body(keeper)


def test_a_builder_started_by_hand_does_not_disturb(folder, keepers):
    keeper = keepers.new()
    with exclusive(folder.derived / LOCK):
        keeper.refresh(patience=30)
        assert not keeper.library.is_ready
    until(lambda: keeper.library.is_ready, keeper)


def test_a_thesaurus_that_is_set_later_has_the_index_built_again(keepers, tmp_path):
    (tmp_path / "th_de_DE_v2.dat").write_text("UTF-8\nerwiderung|1\n-|Erwiderung|Antwort\n", "utf-8")
    without = keepers.new()
    assert without.settle()
    assert not without.searcher.search("erwiderung", language="de").hits
    without.stop()
    keeper = keepers.new(thesaurus=tmp_path)
    until(lambda: keeper.searcher and keeper.searcher.search("erwiderung", language="de").hits, keeper)


def test_vectors_follow_the_index_and_are_taken_over(folder, keepers):
    folder.article("a/wahl", "Was man gerne hört.", title="Lob")
    keeper = keepers.new()
    keeper.meaning = Meaning(folder.derived / VECTORS, require=lambda: None, open_model=Praise)
    assert keeper.settle()
    before = keeper.searcher.edition
    assert not keeper.meaning.is_current(keeper.searcher)
    assert write_vectors_of(folder.derived, on=keeper.today(), thesaurus=None, seconds=60, open_model=Praise)
    keeper.refresh()
    assert keeper.meaning.is_current(keeper.searcher) and keeper.searcher.edition != before
    assert [hit.key for hit in keeper.searcher.search("kompliment", language="de").hits] == ["de/a/wahl"]


class Praise:
    """A model that knows what is praise and what is not."""

    model = "praise-1"

    def query(self, text: str) -> array:
        """To one side or the other."""
        return array("f", [1.0, 0.0] if text == "kompliment" else [0.0, 1.0])

    def passage(self, text: str) -> array:
        """To one side or the other."""
        return array("f", [1.0, 0.0] if text.startswith("Lob") else [0.0, 1.0])
