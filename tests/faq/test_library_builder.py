"""Bad, hostile and half-written content: the site keeps its last good state and the editor learns why."""

import importlib
import os
import signal
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.faq.library.building.build import LOCK, BuilderBusy, Job, build, exclusive
from portal.faq.library.building.scan import Sign, look
from portal.faq.library.building.sitemap import sitemap_of
from portal.faq.library.building.workers import read_all
from portal.faq.library.texts.reading import Reading, read_file
from tests.faq.library_folder import TODAY, ContentFolder, problems

HEAD = "---\ntitle: T\n"


BROKEN = {
    "not UTF-8": b"---\ntitle: T\n---\n\nf\xfcr",
    "larger than 1 MB": b"x" * 1_000_001,
    "no text": b"---\ntitle: T\n---\n\n",
    "no text ": b"",
    "has no end": b"---\ntitle: T\nText ohne Ende",
    "cannot be read: ": b"---\ntitle: [unclosed\n---\nText",
    "cannot be read:": b"---\ntitle: a: b: c\n---\nText",
    "anchors": b"---\na: &a [x]\nb: [*a, *a]\ntitle: T\n---\nText",
    "too deep": b"---\nkeywords: " + b"[" * 40 + b"]" * 40 + b"\n---\nText",
    "too deep or too long": b"---\nkeywords: [" + b"a, " * 6000 + b"]\n---\nText",
    "not a list of keys": b"---\n- a\n- b\n---\nText",
    "“status” is “publishd”": b"---\nstatus: publishd\n---\nText",
    "“publish_from” is “morgen”": b"---\npublish_from: morgen\n---\nText",
    "“publish_until” is “2026-13-45”": b"---\npublish_until: 2026-13-45\n---\nText",
    "“statsu” is unknown": b"---\nstatsu: draft\n---\nText",
}


@pytest.mark.parametrize("problem", BROKEN)
def test_a_broken_file_keeps_its_last_good_version_and_a_new_broken_one_is_left_out(folder, problem):
    folder.build()
    folder.write("faq/de/a/gut.md", BROKEN[problem])
    folder.write("faq/de/a/neu.md", BROKEN[problem])
    library = folder.build()
    assert "Gute Antwort." in library.articles["de/a/gut"].body
    assert "de/a/neu" not in library.articles
    for file, remedy in (("gut.md", "last good version stays"), ("neu.md", "left out until then")):
        fault = next(fault for fault in library.faults if file in fault.file)
        assert problem.strip() in fault.problem and remedy in fault.remedy and fault.is_error


def test_the_last_good_version_survives_further_rounds_and_is_replaced_by_a_good_one(folder):
    folder.build()
    folder.write("faq/de/a/gut.md", BROKEN["not UTF-8"])
    for _ in range(3):
        assert "Gute Antwort." in folder.build().articles["de/a/gut"].body
        folder.article("a/andere", str(time.time_ns()))
    assert "Gute Antwort." in folder.build(is_anew=True).articles["de/a/gut"].body
    folder.article("a/gut", "Bessere Antwort.")
    library = folder.build()
    assert "Bessere Antwort." in library.articles["de/a/gut"].body and not library.faults


def test_the_log_of_the_running_portal_names_file_line_and_remedy(folder, caplog):
    folder.article("a/eins")
    folder.write("faq/de/a/zwei.md", "---\ntitle: [zwei\n---\nEine Antwort.\n")
    folder.build()
    said = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert len(said) == 1 and said[0].startswith("content: faq/de/a/zwei.md:") and "front matter" in said[0]


def test_the_fault_names_the_line(folder):
    folder.write("faq/de/a/x.md", "---\ntitle: T\nsummary: s\norder: eins\n---\nText")
    folder.write("faq/de/a/y.md", b"eins\nzwei\ndr\xfci\n")
    folder.write("faq/de/a/z.md", '+++\ntitle = "T"\norder = = 1\n+++\nText')
    folder.write("faq/de/b/_category.toml", 'name = "B"\ntranslation_of = "weg"\n')
    folder.write("faq/de/c/_category.toml", 'name = "C"\norder = = 1\n')
    folder.article("b/x")
    lines = {fault.file: fault.line for fault in folder.build().faults}
    assert lines == {
        "faq/de/a/x.md": 4,
        "faq/de/a/y.md": 3,
        "faq/de/a/z.md": 3,
        "faq/de/b/_category.toml": 2,
        "faq/de/c/_category.toml": 2,
    }


@pytest.mark.parametrize(
    "line",
    [
        "id: 0",
        "id: 99999999999999999999999",
        "id: 1e999",
        "id: [1]",
        "id: {a: b}",
        "order: oben",
        "pinned: vielleicht",
        "keywords: {a: b}",
        "keywords: [[a]]",
        "reviewed_on: 2026-02-30",
        "review_every: bald",
        "title: [a, b]",
        "related: [gibt-es-nicht]",
        "translation_of: gibt-es/nicht",
        "titel: x",
        "title: A\ntitle: B",
    ],
)
def test_a_harmless_wrong_value_is_a_fault_and_the_article_stays(folder, line):
    language = "en" if "translation" in line else "de"
    folder.write(f"faq/{language}/a/x.md", f"---\n{line}\n---\nText")
    library = folder.build()
    assert f"{language}/a/x" in library.articles
    assert problems(library, "x.md")


def test_days_that_contradict_each_other_are_an_error_and_a_rhythm_without_beginning_a_note(folder):
    folder.article("a/nie", publish_from="2026-12-20", publish_until="2026-12-10")
    folder.article("a/ohne", review_every="90 days")
    library = folder.build()
    assert "de/a/nie" not in library.articles and "de/a/ohne" in library.articles
    assert [(fault.file, fault.line, fault.is_error) for fault in library.faults] == [
        ("faq/de/a/nie.md", 4, True),
        ("faq/de/a/ohne.md", 3, False),
    ]


def test_an_unknown_key_is_named_with_the_one_that_was_meant(folder):
    folder.article("a/x", sumary="s")
    assert any("“summary”" in fault.remedy for fault in folder.build().faults)


@pytest.mark.parametrize("body", ["[" * 50_000, "> " * 20_000 + "x", "*_" * 20_000, "`" * 50_001 + "x"])
def test_a_text_made_to_be_slow_ends_within_the_limit(folder, body):
    folder.article("a/boese", body)
    library = folder.build(seconds=0.5)
    assert "de/a/gut" in library.articles
    assert "de/a/boese" in library.articles or problems(library, "boese.md")


def test_fifty_thousand_brackets_are_a_fault_and_not_a_minute(folder):
    folder.article("a/boese", "[" * 50_000)
    assert any("longer than 0.5 seconds" in problem for problem in problems(folder.build(seconds=0.5), "boese.md"))


def test_a_reader_that_dies_hangs_or_eats_memory_costs_one_file():
    def work(file: str) -> Reading:
        if file == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if file == "hangs":
            signal.setitimer(signal.ITIMER_REAL, 0)
            time.sleep(60)
        if file == "eats":
            bytearray(10_000_000_000)
        if file == "breaks":
            raise ValueError("odd")
        return Reading(file, None, ())

    files = ["dies", "hangs", "eats", "breaks", *(str(number) for number in range(20))]
    found = {reading.file: reading.faults for reading in read_all(files, work, seconds=0.2)}
    assert set(found) == set(files)
    assert {file for file, faults in found.items() if faults} == {"dies", "hangs", "eats", "breaks"}


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    outside = tmp_path / "secret"
    outside.mkdir()
    (outside / "geheim.md").write_text("Geheim")
    (outside / "bild.svg").write_text("<svg/>")
    here = folder.content / "faq/de/a"
    (here / "datei.md").symlink_to(outside / "geheim.md")
    (here / "bild.svg").symlink_to(outside / "bild.svg")
    (here / "ordner").symlink_to(outside)
    (here / "nirgends.md").symlink_to(here / "fehlt")
    (here / "schleife").symlink_to(here)
    (here / "innen.md").symlink_to(here / "gut.md")
    library = folder.build()
    assert set(library.articles) == {"de/a/gut", "de/a/innen"} and not library.assets
    assert len([problem for problem in problems(library) if "out of the content folder" in problem]) == 3
    assert any("nowhere" in problem for problem in problems(library, "nirgends"))
    assert any("contains itself" in problem for problem in problems(library, "schleife"))


@pytest.mark.parametrize("target", ["outside.md", "nowhere.md"])
def test_an_article_that_became_such_a_link_keeps_its_last_good_version(folder, tmp_path, target):
    (tmp_path / "outside.md").write_text("Geheim")
    folder.article("a/artikel", "Eine Antwort.")
    before = folder.build()
    path = folder.content / "faq/de/a/artikel.md"
    path.unlink()
    path.symlink_to(tmp_path / target)
    library = folder.build()
    assert library.articles == before.articles and problems(library, "artikel")
    path.unlink()
    assert set(folder.build().articles) == {"de/a/gut"}


def test_hidden_and_underscored_files_are_not_articles(folder):
    for name in (".versteckt.md", "_entwurf.md", "_ordner/x.md", ".git/x.md"):
        folder.write(f"faq/de/a/{name}", "Text")
    assert set(folder.build().articles) == {"de/a/gut"}


def test_odd_names_get_an_address_and_a_note(folder):
    folder.write("faq/de/Über uns/Größe & Maß!.md", "Text")
    folder.write("faq/de/a/😀.md", "Text")
    library = folder.build()
    assert "de/ueber-uns/groesse-mass" in library.articles
    assert len(library.articles) == 3 and not any(fault.is_error for fault in library.faults)
    assert len(library.faults) == 2


def test_a_name_that_is_not_unicode_is_left_out(folder):
    with open(os.fsencode(folder.content / "faq/de/a") + b"/f\xfcr.md", "w") as file:
        file.write("Text")
    library = folder.build()
    assert set(library.articles) == {"de/a/gut"} and problems(library)


def test_of_two_files_with_one_address_the_well_named_one_counts(folder):
    folder.article("a/doppelt", "Richtig.")
    folder.write("faq/de/a/Doppelt.md", "Falsch.")
    library = folder.build()
    assert "Richtig." in library.articles["de/a/doppelt"].body
    assert any("belongs to faq/de/a/doppelt.md" in problem for problem in problems(library, "Doppelt.md"))


def test_ids_translations_and_aliases_that_are_there_twice_are_faults(folder):
    folder.article("a/eins", id=5, aliases="[a/alt, a/gut]")
    folder.article("a/zwei", id=5, aliases="[a/alt]")
    folder.article("a/one", language="en", id=6, translation_of="a/eins")
    folder.article("a/uno", language="en", translation_of="a/eins")
    library = folder.build()
    assert library.articles["de/a/eins"].number == 5 != library.articles["de/a/zwei"].number
    text = "\n".join(str(fault) for fault in library.faults)
    for words in (
        "faq/de/a/zwei.md:3: The id 5 belongs to",
        "faq/en/a/one.md:3: The id 6 differs",
        "faq/en/a/uno.md:3: faq/en/a/one.md is a translation of “a/eins” already",
        "faq/de/a/zwei.md:4: The alias “a/alt” belongs",
        "faq/de/a/eins.md:4: The alias “a/gut” belongs",
    ):
        assert words in text


def test_a_broken_category_file_keeps_its_last_good_name(folder):
    folder.write("faq/de/a/_category.toml", 'name = "Gut"\n')
    folder.build()
    folder.write("faq/de/a/_category.toml", 'name = "Kaputt\n')
    library = folder.build()
    assert library.edition("de", TODAY).category("a").name == "Gut" and problems(library, "_category.toml")


def test_wrong_keys_of_a_category_are_faults(folder):
    folder.write("faq/de/a/_category.toml", 'nmae = "x"\nicon = "katze"\norder = "oben"\ntranslation_of = "y"\n')
    found = problems(folder.build(), "_category.toml")
    assert len(found) == 5, found


@pytest.mark.parametrize(
    "text",
    [
        '---\ntitle: "A\\x01\\x0b\\e\\uFFFE\\uFFFF B"\nsummary: "S\\x02"\nkeywords: ["k\\x01"]\n---\nText',
        "# A\x01\x0b\x1b\ufffe\uffff B\n\nS\n\nText\x01",
        "# A B\n\nS&#x1;&#xFFFE;&#0;\n",
    ],
)
def test_characters_that_nobody_sees_never_reach_title_or_summary(folder, text):
    folder.write("faq/de/a/a.md", text)
    article = folder.build().articles["de/a/a"]
    assert article.title == "A B"
    assert article.summary.replace("\ufffd", "") == "S"
    assert not article.keywords or article.keywords == ("k",)


@pytest.mark.parametrize("order", ["0x" + "f" * 5000, "9" * 5000, "[" * 5000])
def test_a_number_without_end_in_a_category_is_a_fault_and_the_others_go_on(folder, order):
    folder.write("faq/de/a/_category.toml", f'name = "A"\norder = {order}\n')
    library = folder.build()
    assert "The file is not TOML" in problems(library, "faq/de/a/_category.toml")[0]
    assert library.edition("de", TODAY).entry("a/gut")


def test_broken_synonyms_are_a_fault_with_their_line(folder):
    folder.write("faq/synonyms.de.txt", "# Kommentar\neins, zwei\na => b => c\n")
    assert [(fault.file, fault.line) for fault in folder.build().faults] == [("faq/synonyms.de.txt", 3)]


# Heads of articles are tried hundreds of times by `make attack`.
@settings(max_examples=50, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: f"---\n{text}\n---\nText".encode()),
        st.text(max_size=200).map(lambda text: f"+++\n{text}\n+++\nText".encode()),
        st.lists(
            st.sampled_from([*"[]{}:&*!|>-#'\"%@`,? \n\t", "id", "title", "status", "0x", "1e9", "~", "---\n"])
        ).map(lambda pieces: ("---\n" + "".join(pieces) + "\n---\nText").encode()),
    )
)
def test_whatever_a_file_holds_it_is_an_article_or_a_fault(content):
    with tempfile.TemporaryDirectory() as name:
        folder = ContentFolder(Path(name))
        path = folder.write("faq/de/a/x.md", content)
        listing = look(folder.content, languages=("de",), default_language="de")
        sitemap = sitemap_of(listing.layout, listing.files, {})
        found = read_file(folder.content, sitemap.places["faq/de/a/x.md"], sitemap, Sign.of(path.stat()))
    assert found.record is not None or found.faults


def test_only_one_builder_works_on_a_machine(folder):
    with exclusive(folder.derived / LOCK), pytest.raises(BuilderBusy):
        folder.build()
    assert folder.build().is_ready


def test_unchanged_files_are_not_read_again(folder, monkeypatch):
    for number in range(5):
        folder.article(f"b/artikel-{number}")
    folder.build()
    read: list[str] = []

    def noting(files, work, **options):
        read.extend(files := list(files))
        return read_all(files, work, **options)

    monkeypatch.setattr(importlib.import_module("portal.faq.library.building.round"), "read_all", noting)
    folder.article("b/artikel-3", "Neu.")
    assert "Neu." in folder.build().articles["de/b/artikel-3"].body
    assert read == ["faq/de/b/artikel-3.md"]


def test_the_same_content_has_the_same_generation_on_every_machine(folder, tmp_path):
    folder.article("a/gut", changed_on="2026-01-01")
    other = ContentFolder(tmp_path / "other")
    other.article("a/gut", changed_on="2026-01-01")
    assert folder.build().generation == other.build().generation != ""


def test_build_names_the_generation_it_published(folder):
    assert build(Job(folder.content, folder.derived)) == folder.load().generation
