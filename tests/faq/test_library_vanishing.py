"""Content that vanishes: an editor's deletion is taken over, an accident costs no article."""

import itertools

import pytest

from portal.faq.library.building import layout, scan
from portal.faq.library.building.build import memory
from portal.faq.library.building.scan import Sign, look
from portal.faq.library.building.vanishing import vanished
from tests.faq.library_folder import ContentFolder, problems


def test_when_most_articles_vanish_at_once_they_stay_with_an_alarm_until_accepted(folder):
    for number in range(12):
        folder.article(f"b/artikel-{number}")
    folder.write("faq/de/b/bild.svg", "<svg/>")
    folder.article("b/artikel-0", "![x](bild.svg)")
    before = folder.build()
    for path in (folder.content / "faq/de/b").iterdir():
        path.unlink()
    folder.article("a/gut", "Neue Antwort.")
    library = folder.build()
    assert set(library.articles) == set(before.articles) and library.assets
    assert "Neue Antwort." in library.articles["de/a/gut"].body
    assert any("gone at once" in problem for problem in problems(library))
    assert set(folder.build(accepts_vanished=True).articles) == {"de/a/gut"}
    assert not problems(folder.build())


def test_a_few_removed_articles_are_gone_at_once(folder):
    for number in range(12):
        folder.article(f"b/artikel-{number}")
    folder.build()
    for number in range(4):
        folder.remove(f"faq/de/b/artikel-{number}.md")
    assert len(folder.build().articles) == 9


def test_moving_most_articles_is_not_taken_for_vanishing(folder):
    for number in range(12):
        folder.article(f"b/artikel-{number}", f"Antwort {number}")
    folder.build()
    (folder.content / "faq/de/b").rename(folder.content / "faq/de/c")
    library = folder.build()
    assert "de/c/artikel-3" in library.articles and "de/b/artikel-3" not in library.articles


@pytest.mark.parametrize(
    ("gone", "aside"),
    [
        *((gone, "aside") for gone in ("content", "content/faq", "content/faq/de")),
        *((gone, "content/aside") for gone in ("content/faq", "content/faq/de")),
    ],
)
def test_a_vanished_root_keeps_the_last_good_state_and_recovers(folder, gone, aside):
    for number in range(12):
        folder.article(f"b/artikel-{number}")
    folder.write("company.toml", "")
    folder.write("pages/de/impressum.md", "Text")
    folder.build()
    (folder.root / gone).rename(folder.root / aside)
    library = folder.build()
    assert len(library.articles) == 13 and library.page("de", "impressum") and problems(library)
    assert "de/a/gut" in library.articles
    (folder.root / gone).parent.mkdir(exist_ok=True)
    (folder.root / aside).rename(folder.root / gone)
    library = folder.build()
    assert len(library.articles) == 13 and not problems(library)


def test_a_missing_folder_at_the_first_start_is_an_empty_library(tmp_path):
    library = ContentFolder(tmp_path).build()
    assert library.is_ready and not library.articles


def test_what_lies_in_an_unreadable_folder_is_held(folder):
    folder.article("b/anderes")
    folder.build()
    (folder.content / "faq/de/a/gut.md").unlink()
    (folder.content / "faq/de/b/anderes.md").unlink()
    listing = look(folder.content, languages=("de", "en"), default_language="de")
    listing.unreadable.append("faq/de/a")
    assert vanished(memory(folder.derived), listing, folder.content) == {"faq/de/a/gut.md"}


def at_a_call(monkeypatch, owner, name: str, number: int, act) -> None:
    """Does something at the end of the n-th call of a function."""
    real, calls = getattr(owner, name), itertools.count(1)

    def called(*args, **kwargs):
        found = real(*args, **kwargs)
        if next(calls) == number:
            act()
        return found

    monkeypatch.setattr(owner, name, called)


@pytest.mark.parametrize(
    ("owner", "name", "number"),
    [(scan, "_subfolders", 2), (scan, "layout_of", 1), (Sign, "of", 1), (Sign, "of", 5), (Sign, "of", 10)],
)
def test_a_folder_that_goes_away_while_it_is_looked_at_takes_no_article_along(folder, monkeypatch, owner, name, number):
    for each in range(12):
        folder.article(f"b/nummer-{each}")
    folder.build()
    at_a_call(monkeypatch, owner, name, number, lambda: (folder.content / "faq").rename(folder.root / "aside"))
    library = folder.build()
    assert (folder.root / "aside").exists() and len(library.articles) == 13
    (folder.root / "aside").rename(folder.content / "faq")
    library = folder.build()
    assert len(library.articles) == 13 and not problems(library)


def test_a_file_that_is_deleted_during_the_look_is_deleted(folder, monkeypatch):
    folder.article("b/anderes")
    folder.build()
    at_a_call(monkeypatch, layout.Layout, "belongs", 2, (folder.content / "faq/de/b/anderes.md").unlink)
    assert set(folder.build().articles) == {"de/a/gut"}
