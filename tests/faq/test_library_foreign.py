"""Folders that were not written for us: read as they are, or imported."""

import gzip
import json
import re
from pathlib import Path

import pytest

from portal.faq.library.tools.checks import check_content
from portal.faq.library.tools.importing import ImportRefused, import_folder
from portal.faq.library.tools.json_lines import jsonl_to_markdown
from tests.faq.library_folder import TODAY, ContentFolder

FILES = {
    "README.md": "# Willkommen\n\nSiehe [Start](01-getting_started/Erste Schritte.md) und [Konto](konto/).\n",
    "01-getting_started/index.md": "# Los geht es\n\nWas Sie zuerst brauchen.\n",
    "01-getting_started/Erste Schritte.md": (
        "---\nid: first-steps\nsidebar_position: 2\ntags: [start]\nreview_every: often\n---\n"
        "# Erste Schritte\n\n![Bild](../img/Über sicht.svg)\n\n[Zurück](../README.md#willkommen) [weg](nichts.md)\n"
    ),
    "konto/README.md": "Konto\n=====\n\nAlles zum Konto.\n",
    "konto/tief/sehr/tief/unten.md": "---\ntitle: Unten\ndraft: true\n---\nEntwurf.\n",
    "konto/toml.md": '+++\ntitle = "Aus Hugo"\ndate = 2024-05-06\ntags = ["a", "b"]\n+++\nText.\n',
    "konto/kaputt.md": "---\ntitle: [\n---\nText trotz kaputtem Kopf.\n",
    "img/Über sicht.svg": '<svg width="10" height="20"></svg>',
    "img/unbenutzt.png": "x",
    "node_modules/.x/y.md": "nein",
    "_private/z.md": "nein",
}


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    made = ContentFolder(tmp_path)
    for file, text in FILES.items():
        made.write(file, text)
    return made


def test_a_foreign_folder_is_the_faq_of_the_default_language(folder):
    library = folder.build()
    titles = {article.key: article.title for article in library.articles.values()}
    assert titles == {
        "de/other/readme": "Willkommen",
        "de/01-getting-started/index": "Los geht es",
        "de/01-getting-started/erste-schritte": "Erste Schritte",
        "de/konto/readme": "Konto",
        "de/konto/tief/sehr-tief-unten": "Unten",
        "de/konto/toml": "Aus Hugo",
    }
    edition = library.edition("de", TODAY)
    assert [category.name for category in edition.categories] == ["Los geht es", "Konto", "Weiteres"]
    assert edition.entry("konto/tief/sehr-tief-unten") is None, "a draft stays a draft"


def test_links_and_images_of_a_foreign_folder_work(folder):
    library = folder.build()
    start = library.articles["de/other/readme"].body
    assert 'href="/de/faq/01-getting-started/erste-schritte"' in start and 'href="/de/faq/konto/readme"' in start
    steps = library.articles["de/01-getting-started/erste-schritte"]
    assert 'width="10"' in steps.body and "/de/faq/img/ueber-sicht.svg?v=" in steps.body
    assert steps.body.count("<h1") == 0 and steps.keywords == ("start",)


def test_keys_of_other_tools_are_no_faults_in_a_foreign_folder(folder):
    found = {(fault.file.rpartition("/")[2], fault.line) for fault in folder.build().faults}
    assert found == {("Erste Schritte.md", 11), ("kaputt.md", 3)}


def test_a_foreign_folder_is_shown_in_the_other_language_as_a_fallback(folder):
    assert folder.edition("en").entry("konto/toml").is_fallback


def test_a_folder_with_languages_but_without_faq_works(tmp_path):
    folder = ContentFolder(tmp_path)
    folder.write("de/a/x.md", "# Eins\n\nText")
    folder.write("en/a/x.md", "# One\n\nText")
    library = folder.build()
    assert library.edition("en", TODAY).entry("a/x").title == "One"


def test_a_faq_folder_without_languages_is_of_the_default_language(tmp_path):
    folder = ContentFolder(tmp_path)
    folder.write("faq/a/x.md", "# Eins\n\nText")
    folder.write("replies/de/y.md", "# Kein Artikel\n\nText")
    assert set(folder.build(default_language="en").articles) == {"en/a/x"}


def imported(folder: ContentFolder, tmp_path: Path):
    made = ContentFolder(tmp_path / "imported")
    return made, import_folder(folder.content, made.content, language="de")


def test_an_imported_folder_is_content_of_ours_without_errors(folder, tmp_path):
    made, report = imported(folder, tmp_path)
    library = made.build()
    assert [str(fault) for fault in library.faults if fault.is_error] == []
    assert {key: article.title for key, article in library.articles.items()} == {
        "de/other/uebersicht": "Willkommen",
        "de/01-getting-started/uebersicht": "Los geht es",
        "de/01-getting-started/erste-schritte": "Erste Schritte",
        "de/konto/uebersicht": "Konto",
        "de/konto/tief/sehr-tief-unten": "Unten",
        "de/konto/toml": "Aus Hugo",
        "de/konto/kaputt": "Kaputt",
    }
    assert sorted(article.number for article in library.articles.values()) == list(range(1, 8))
    assert [category.name for category in library.edition("de", TODAY).categories] == [
        "Los geht es",
        "Konto",
        "Weiteres",
    ]
    assert "faq/de/img/ueber-sicht.svg" in report.taken.values()


def test_links_are_rewritten_so_that_they_work_in_the_new_place(folder, tmp_path):
    made, _ = imported(folder, tmp_path)
    text = (made.content / "faq/de/01-getting-started/erste-schritte.md").read_text()
    assert "![Bild](../img/ueber-sicht.svg)" in text and "[Zurück](../other/uebersicht.md#willkommen)" in text
    assert "nichts.md" not in text and "weg" in text


def test_the_report_says_what_was_left_out_and_why(folder, tmp_path):
    _, report = imported(folder, tmp_path)
    assert dict(report.left_out)["img/unbenutzt.png"]
    assert any("kaputt.md" in file for file, _ in report.remarks)
    assert "renamed   01-getting_started/Erste Schritte.md" in str(report)


def test_the_source_is_not_touched_and_a_full_or_nested_target_is_refused(folder, tmp_path):
    before = {path: path.read_bytes() for path in folder.content.rglob("*") if path.is_file()}
    imported(folder, tmp_path)
    assert before == {path: path.read_bytes() for path in folder.content.rglob("*") if path.is_file()}
    for target in (tmp_path / "imported/content", folder.content / "neu", folder.content, tmp_path):
        with pytest.raises(ImportRefused):
            import_folder(folder.content, target)


def test_folders_of_languages_are_imported_as_translations_of_each_other(tmp_path):
    folder = ContentFolder(tmp_path)
    for language, title in (("de", "Eins"), ("en", "One")):
        folder.write(f"{language}/a/README.md", f"# Teil {title}\n\nText")
        folder.write(f"{language}/a/x.md", f"# {title}\n\n![Bild](img/b.svg) [Mehr](README.md)")
        folder.write(f"{language}/a/img/b.svg", f"<svg><title>{title}</title></svg>")
    folder.write("de/a/nur.md", "# Nur deutsch\n\nText")
    folder.write("guides/y.md", "# Nirgends\n\nText")
    made, report = imported(folder, tmp_path)
    library = made.build()
    assert [str(fault) for fault in library.faults if fault.is_error] == []
    assert {(key, article.number, article.source) for key, article in library.articles.items()} == {
        ("de/a/uebersicht", 2, "a/uebersicht"),
        ("en/a/overview", 2, "a/uebersicht"),
        ("de/a/x", 3, "a/x"),
        ("en/a/x", 3, "a/x"),
        ("de/a/nur", 1, "a/nur"),
    }
    assert {"faq/de/a/img/b.svg", "faq/en/a/img/b.svg"} <= set(report.taken.values())
    assert dict(report.left_out)["guides"].startswith("1 Markdown files in it are not read")


def test_content_of_ours_is_not_imported_once_more(folder, tmp_path):
    made, _ = imported(folder, tmp_path)
    with pytest.raises(ImportRefused, match="already: set PORTAL_CONTENT to it"):
        import_folder(made.content, tmp_path / "again")


def test_markdown_that_nobody_reads_is_a_note(tmp_path):
    folder = ContentFolder(tmp_path)
    folder.article("a/eins")
    for unread in ("guides/b/x.md", "replies/de/y.md", "_old/z.md"):
        folder.write(unread, "# Text\n\nText")
    said = [str(fault) for fault in check_content(folder.content, languages=("de",), on=TODAY) if fault.line == 0]
    assert "guides: 1 Markdown files in this folder are not read. Articles lie below “faq/de”." in said
    assert not [fault for fault in said if "replies" in fault or "_old" in fault]
    foreign = ContentFolder(tmp_path / "foreign")
    foreign.write("a/x.md", "# Text\n\nText")
    foreign.write("pages/y.md", "# Text\n\nText")
    (fault,) = check_content(foreign.content, languages=("de",), on=TODAY)
    assert (fault.file, fault.is_error) == ("pages", False) and "another name" in fault.remedy


def test_the_html_of_other_tools_leaves_its_words_and_lines_keep_their_numbers(tmp_path):
    folder = ContentFolder(tmp_path)
    folder.write(
        "a/x.md",
        "<!-- SPDX\nlicence -->\n# Titel\n[!INCLUDE [x](../y.md)]\n"
        "<p align='center'>Ein <b>Satz</b><br>und <a href=\"y.md\">mehr</a>.</p>\n\n"
        "> [!TIP]\n> Gut\n\n[weg](nichts.md), `<br>` und\nimport aus der Datei\n\n"
        "<table><tr><td>A</td><td><ul><li>B</li></ul></td></tr></table>\n\n"
        "- Punkt\n\n    mit <span>Wort</span>\n\nText\n\n    <div>Code</div>\n",
    )
    folder.write("a/y.md", "# Ziel\n\nText")
    library = folder.build()
    article = library.articles["de/a/x"]
    for piece in (
        '<p>Ein <strong>Satz</strong> und <a href="/de/faq/a/y">mehr</a>.</p>',
        "admonition tip",
        "<code>&lt;br&gt;</code>",
        "import aus der Datei",
        "mit Wort",
        "<p>A · B</p>",
        "&lt;div&gt;Code&lt;/div&gt;",
    ):
        assert piece in re.sub(" +", " ", article.body).replace(" </p>", "</p>"), (piece, article.body)
    assert article.title == "Titel" and "SPDX" not in article.body
    assert [fault.line for fault in library.faults] == [10]


def test_boxes_comments_and_html_images_of_other_tools_become_ours(tmp_path):
    folder = ContentFolder(tmp_path)
    folder.write("img.svg", "<svg/>")
    folder.write(
        "a.md",
        "# A\n\n> [!WARNING]\n> Heiß\n\n:::tip Gut\nText\n:::\n\n??? note\n    Zu\n\n<!-- weg -->\n"
        'x<br>y <img src="img.svg" alt="Bild">\n\n```\n> [!NOTE]\n[x](nichts.md) <br>\n```\n',
    )
    made, _ = imported(folder, tmp_path)
    body = made.build().articles["de/other/a"].body
    for piece in (
        "admonition warning",
        "admonition tip",
        "admonition note",
        'alt="Bild"',
        "&gt; [!NOTE]\n[x](nichts.md)",
    ):
        assert piece in body, piece
    assert "weg" not in body and ":::" not in body


def test_files_of_other_encodings_are_taken_with_a_remark(tmp_path):
    folder = ContentFolder(tmp_path)
    folder.write("a/x.md", "# Größe\n\nText".encode("cp1252"))
    made, report = imported(folder, tmp_path)
    assert made.build().articles["de/a/x"].title == "Größe" and report.remarks


@pytest.mark.parametrize("name", ["articles.jsonl", "articles.jsonl.gz"])
def test_json_lines_become_articles(tmp_path, name):
    rows = [
        {"id": "finance.tax.sub#3.0", "lang": "de", "title": 'Steuer: "Satz"', "body_markdown": "Text", "tags": ["a"]},
        {"id": "loose", "lang": "en", "title": "Loose", "body_markdown": "Text", "tags": []},
        {"id": "../../evil", "lang": "de", "title": "Böse", "body_markdown": "Text", "tags": []},
        {"id": "x", "lang": "../..", "title": "x", "body_markdown": "Text"},
        {"id": "leer", "lang": "de", "title": "x", "body_markdown": " "},
    ]
    text = "\n".join([*(json.dumps(row) for row in rows), "kein json", "[]", ""]).encode()
    source = tmp_path / name
    source.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    folder = ContentFolder(tmp_path / "new")
    report = jsonl_to_markdown(source, folder.content)
    library = folder.build()
    assert library.articles["de/finance/tax/sub-3-0"].title == 'Steuer: "Satz"'
    assert set(library.articles) == {"de/finance/tax/sub-3-0", "en/other/loose", "de/other/evil"}
    assert report.taken["loose"] == "faq/en/loose.md" and len(report.left_out) == 4
    with pytest.raises(ImportRefused):
        jsonl_to_markdown(source, folder.content)


@pytest.mark.parametrize("command", ["import-content", "jsonl-to-markdown"])
def test_a_target_that_cannot_be_made_is_said_in_a_sentence(app, tmp_path, command):
    (tmp_path / "a.md").write_text("# Titel\n\nText\n")
    (tmp_path / "a.jsonl").write_text('{"id": "a", "lang": "de", "title": "T", "body_markdown": "Text"}\n')
    source = tmp_path if command == "import-content" else tmp_path / "a.jsonl"
    with app.app_context():
        done = app.test_cli_runner().invoke(args=[command, str(source), "/dev/null/new"])
    assert done.exit_code != 0 and "Error: " in done.output and "/dev/null" in done.output
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("name", ["picture.jsonl", "picture.gz"])
def test_a_file_that_holds_no_lines_of_text_is_refused_in_a_sentence(app, tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xd8\xff\xe0JFIF")
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["jsonl-to-markdown", str(tmp_path / name), str(tmp_path / "new")])
    assert done.exit_code == 1 and "is no file of JSON lines in UTF-8, nothing was written" in done.output


def test_texts_are_in_a_language_that_the_portal_has(app, tmp_path):
    with app.app_context():
        done = app.test_cli_runner().invoke(
            args=["import-content", str(tmp_path), str(tmp_path / "n"), "--language", "x"]
        )
    assert done.exit_code == 2 and "'de', 'en'" in done.output
