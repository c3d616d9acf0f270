"""Content and search index are broken in every way while people read: the last good state stays, and mends itself."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.faq.library import KEEPER
from portal.foundation.config import CONFIG
from portal.search import IndexUnusable
from portal.search.index.publishing import published
from tests.faults.household import Household, household
from tests.faults.invariants import broken
from tests.journeys.conftest import eventually

pytestmark = [pytest.mark.long_fault, pytest.mark.once]
ARTICLE = "/de/faq/rechnung/rechnung-finden"


@pytest.fixture
def own(content, data, tmp_path, app):
    """A portal whose content may be broken."""
    config = replace(CONFIG.of(app), content=content)
    # One process of a machine watches the content, and it shall be one of the portal.
    KEEPER.of(app).stop()
    with household(config, config.database_url, tmp_path / "log") as made:
        yield made


def file_of(house: Household):
    return next((house.content / "faq" / "de").rglob("rechnung-finden.md"))


def harms(house: Household, tmp_path) -> dict[str, Callable[[], object]]:
    """Everything that may happen to the file of an article, and to all of them."""
    path = file_of(house)
    whole = path.read_bytes()
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Geheim\n---\nNicht für alle.\n")

    def linked() -> None:
        path.unlink()
        path.symlink_to(secret)

    return {
        "malformed": lambda: path.write_text("---\ntitle: [unclosed\n---\nText\n"),
        "half written": lambda: path.write_bytes(whole[: len(whole) // 3]),
        "huge (3 MB)": lambda: path.write_bytes(whole + b"Noch ein Satz.\n" * 200_000),
        "not UTF-8": lambda: path.write_bytes(whole + b"\xff\xfe\xe4"),
        "a link out of the folder": linked,
        "deeply nested": lambda: path.write_bytes(whole + b"[" * 50_000),
    }


def reads(house: Household, ledger, *, may_be_gone: bool = False) -> bool:
    """Whether the article is there with a heading of its own, or gone where it may be, and the search answers."""
    who = house.asker(ledger)
    page = who.get(ARTICLE)
    is_whole = page.status == 200 and "Geheim" not in page.text
    return (is_whole or (may_be_gone and page.status == 404)) and who.get("/de/search?q=rechnung").status == 200


def test_an_article_and_then_all_of_them_are_broken(own, ledger, tmp_path, seen):
    path, kept = file_of(own), file_of(own).read_bytes()
    for name, harm in harms(own, tmp_path).items():
        harm()
        end = time.monotonic() + 6
        while time.monotonic() < end:
            # A link is no file of ours: then the article is gone, like one that was removed; in one process sooner than
            # in the other.
            assert reads(own, ledger, may_be_gone=path.is_symlink()), name
            time.sleep(0.4)
        path.unlink(missing_ok=True)
        path.write_bytes(kept)
        begun = time.monotonic()
        assert eventually(lambda: reads(own, ledger), seconds=30), name
        said = "taken for removed, never followed" if "link" in name else "the last good version stays"
        seen(f"content file {name}", said, recovered=time.monotonic() - begun)
    faq = own.content / "faq"
    faq.rename(own.content / "away")
    end = time.monotonic() + 6
    while time.monotonic() < end:
        assert reads(own, ledger), own.words[-4000:]
        time.sleep(0.4)
    (own.content / "away").rename(faq)
    path.write_bytes(kept + "\nNeuer Satz mit Schneeglöckchen.\n".encode())
    begun = time.monotonic()
    assert eventually(lambda: "Schneeglöckchen" in own.server.get(ARTICLE)[1], seconds=60)
    seen("all content gone, then back and changed", "all stays; a change is shown", recovered=time.monotonic() - begun)
    assert broken(own, ledger) == []


def newest(house: Household):
    index = house.data / "derived" / "index"
    return index / (index / "current").read_text()


def has_index(house: Household) -> bool:
    """Whether a whole one is published."""
    try:
        return published(house.data / "derived" / "index") is not None
    except IndexUnusable:
        return False


def test_the_search_index_is_deleted_cut_or_old(own, ledger, seen):
    def cut() -> None:
        for each in newest(own).rglob("*"):
            if each.is_file():
                os.truncate(each, each.stat().st_size // 2)

    def old() -> None:
        manifest = newest(own) / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"format": ', '"format": 1'))

    for name, harm in {"deleted": lambda: shutil.rmtree(newest(own)), "cut": cut, "of another version": old}.items():
        harm()
        assert reads(own, ledger)
        # Processes that start now do not find what those that run hold in memory.
        own.stop()
        own.start()
        begun = time.monotonic()
        assert reads(own, ledger)
        assert eventually(lambda: has_index(own), seconds=90)
        took = time.monotonic() - begun
        seen(f"search index {name}, then a restart", "searched without it until it is made anew", recovered=took)
    assert broken(own, ledger) == []
