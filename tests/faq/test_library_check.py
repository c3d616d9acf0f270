"""`check_content` tells an editor everything, with file, line and remedy, and changes nothing."""

from datetime import date
from pathlib import Path

import pytest

from portal.faq.library.faults import Fault
from portal.faq.library.tools.checks import check_content
from tests.faq.library_folder import TODAY, ContentFolder


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    made = ContentFolder(tmp_path)
    made.write("faq/de/a/_category.toml", 'name = "A"\n')
    made.write("faq/en/a/_category.toml", 'name = "A"\n')
    made.article("a/eins")
    made.article("a/eins", language="en")
    return made


def check(folder: ContentFolder, on: date = TODAY) -> list[tuple[str, bool, str]]:
    return [(fault.file, fault.is_error, fault.problem) for fault in check_content(folder.content, on=on)]


def test_good_content_has_no_faults(folder):
    assert check(folder) == []


def test_a_missing_translation_is_a_note(folder):
    folder.article("a/zwei")
    folder.article("a/three", language="en")
    assert check(folder) == [
        ("faq/de/a/zwei.md", False, "There is no translation: en."),
        ("faq/en/a/three.md", False, "There is no translation: de."),
    ]


@pytest.mark.parametrize("empty", ["", " ", '""', "~"])
def test_a_title_with_nothing_behind_it_is_an_error_at_its_line(folder, empty):
    folder.write("faq/de/a/eins.md", f"---\norder: 1\ntitle:{empty and ' ' + empty}\n---\nEine Antwort.\n")
    folder.write("faq/en/a/eins.md", "---\norder: 1\n---\n# One\n\nAn answer.\n")
    remedy = "Write the title, or remove the line: then the first heading is the title."
    (fault,) = check_content(folder.content, on=TODAY)
    assert fault == Fault("faq/de/a/eins.md", 3, "The key “title” is empty.", remedy)


def test_an_overdue_review_is_a_note_from_the_day_after(folder):
    folder.article("a/eins", reviewed_on="2026-12-01", review_every="10 days")
    assert check(folder, date(2026, 12, 11)) == []
    assert check(folder, date(2026, 12, 12)) == [("faq/de/a/eins.md", False, "The review was due on 2026-12-11.")]
    assert [fault.line for fault in check_content(folder.content, on=date(2026, 12, 12))] == [3]


def test_a_file_that_cannot_be_read_is_one_error_and_none_of_whoever_names_it(folder):
    folder.article("a/zwei", "Siehe [Eins](eins.md).", related="[eins]", translation_of="")
    folder.article("a/two", language="en", translation_of="a/zwei")
    folder.article("a/one", language="en", translation_of="a/eins")
    folder.remove("faq/en/a/eins.md")
    folder.write("faq/de/a/eins.md", "---\ntitle: [eins\n---\nEine Antwort.\n")
    errors = [file for file, is_error, _problem in check(folder) if is_error]
    assert errors == ["faq/de/a/eins.md"]
    folder.remove("faq/de/a/eins.md")
    assert {file for file, is_error, _problem in check(folder) if is_error} == {
        "faq/de/a/zwei.md",
        "faq/en/a/one.md",
    }


def test_a_category_without_a_name_is_a_note(folder):
    folder.article("b/drei")
    folder.article("b/drei", language="en")
    assert [(file, is_error) for file, is_error, _ in check(folder)] == [
        ("faq/de/b/_category.toml", False),
        ("faq/en/b/_category.toml", False),
    ]


def test_every_fault_has_a_file_a_problem_and_a_remedy_in_sentences(folder):
    folder.article("a/eins", "[x](weg.md) ![](bild.png)\n\n# Noch\n", order="x", related="[weg]", sumary="y")
    folder.write("faq/de/a/leer.md", "")
    faults = check_content(folder.content, on=TODAY)
    assert len(faults) >= 6
    for fault in faults:
        assert fault.file and fault.problem.endswith(".") and fault.remedy.endswith((".", "?")), fault


def test_a_missing_folder_is_said(tmp_path):
    assert [fault.is_error for fault in check_content(tmp_path / "nichts", on=TODAY)] == [True]


def test_checking_writes_nothing_into_the_content(folder):
    before = sorted(folder.root.rglob("*"))
    check(folder)
    assert sorted(folder.root.rglob("*")) == before
