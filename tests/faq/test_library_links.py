"""Links between files, images beside them, and what happens when they change."""

import struct
import zlib
from pathlib import Path

import pytest

from portal.faq.library.texts.pictures import size_of
from tests.faq.library_folder import ContentFolder, problems

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    made = ContentFolder(tmp_path)
    made.article("rechnung/ziel", "Text.\n\n## Größe\n\nText.")
    return made


def body(folder: ContentFolder, key: str = "de/rechnung/von") -> str:
    return folder.build().articles[key].body


@pytest.mark.parametrize("written", ["ziel.md", "./ziel.md", "../rechnung/ziel.md", "ziel"])
def test_a_relative_link_becomes_the_address_of_the_article(folder, written):
    folder.article("rechnung/von", f"[x]({written}#groesse)")
    assert 'href="/de/faq/rechnung/ziel#groesse"' in body(folder)


def test_a_link_to_a_folder_becomes_its_category(folder):
    folder.article("rechnung/von", "[x](../rechnung/)")
    assert 'href="/de/faq/rechnung/"' in body(folder)


@pytest.mark.parametrize(
    "written", ["fehlt.md", "../../../../etc/passwd", "/de/faq/rechnung/fehlt", "ziel.md#fehlt", "%00.md", "ziel.md/x"]
)
def test_a_dead_link_is_a_fault_with_its_line(folder, written):
    folder.article("rechnung/von", f"Eins.\n\n[x]({written})")
    faults = [fault for fault in folder.build().faults if "von.md" in fault.file]
    assert [fault.line for fault in faults] == [6] and faults[0].is_error, faults


def test_a_link_to_the_other_language_is_a_fault(folder):
    folder.article("rechnung/von", "[x](../rechnung/ziel.md)", language="en")
    folder.article("rechnung/nach", "[x](../../de/rechnung/ziel.md)", language="en")
    library = folder.build()
    assert any("another language" in problem for problem in problems(library, "nach.md"))
    assert "<a" not in library.articles["en/rechnung/nach"].body.replace('<a aria-label="Link', "")


def test_a_link_to_a_draft_is_a_fault(folder):
    folder.article("rechnung/ziel", status="draft")
    folder.article("rechnung/von", "[x](ziel.md)")
    assert any("customers cannot see" in problem for problem in problems(folder.build(), "von.md"))


def test_an_unchanged_file_is_rendered_again_when_the_target_of_its_link_comes_or_goes(folder):
    folder.article("rechnung/von", "[x](spaeter.md)")
    assert "href" not in body(folder)
    folder.article("rechnung/spaeter")
    assert 'href="/de/faq/rechnung/spaeter"' in body(folder)
    folder.remove("faq/de/rechnung/spaeter.md")
    assert "href" not in body(folder)


def test_an_image_has_a_versioned_address_its_size_and_a_copy_with_its_bytes(folder):
    folder.write("faq/de/rechnung/lampe rot.svg", SVG)
    folder.article("rechnung/von", "![Lampe](<lampe rot.svg>)")
    library = folder.build()
    asset = library.asset("/de/faq/rechnung/lampe-rot.svg")
    assert f'src="{asset.url}"' in library.articles["de/rechnung/von"].body
    assert 'width="640"' in library.articles["de/rechnung/von"].body and asset.media_type == "image/svg+xml"
    assert (folder.derived / "assets" / asset.copy_name).read_text() == SVG


def test_a_changed_image_gets_another_address_on_every_page_that_shows_it(folder):
    folder.write("faq/de/rechnung/lampe.svg", SVG)
    folder.article("rechnung/von", "![Lampe](lampe.svg)")
    before = body(folder)
    folder.write("faq/de/rechnung/lampe.svg", SVG.replace("640", "320"))
    after = body(folder)
    assert before != after and 'width="320"' in after


def test_a_missing_image_is_a_fault_and_its_description_is_shown(folder):
    folder.article("rechnung/von", "![Rote Lampe](fehlt.png)")
    library = folder.build()
    assert "Rote Lampe" in library.articles["de/rechnung/von"].body
    assert any("fehlt.png" in problem for problem in problems(library, "von.md"))


def test_an_image_without_description_is_a_note(folder):
    folder.write("faq/de/rechnung/lampe.svg", SVG)
    folder.article("rechnung/von", "![](lampe.svg)")
    assert [fault.is_error for fault in folder.build().faults] == [False]


def test_a_removed_copy_is_made_again(folder):
    folder.write("faq/de/rechnung/lampe.svg", SVG)
    copy = folder.derived / "assets" / folder.build().asset("/de/faq/rechnung/lampe.svg").copy_name
    copy.unlink()
    folder.build()
    assert copy.read_text() == SVG


def test_files_of_other_kinds_are_not_served(folder):
    folder.write("faq/de/rechnung/seite.html", "<script>")
    folder.article("rechnung/von", "[x](seite.html)")
    library = folder.build()
    assert not library.assets and any("seite.html" in problem for problem in problems(library))


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\x00\x11\x08" + struct.pack(">HH", 20, 30) + b"\3" * 12


@pytest.mark.parametrize(
    ("content", "suffix", "size"),
    [
        (png(30, 20), ".png", (30, 20)),
        (b"GIF89a" + struct.pack("<HH", 30, 20) + b"\0" * 9, ".gif", (30, 20)),
        (JPEG, ".jpg", (30, 20)),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x1d\0\0\x13\0\0", ".webp", (30, 20)),
        (b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 4 + b"\x2f" + struct.pack("<I", 29 | 19 << 14), ".webp", (30, 20)),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 30, 20), ".webp", (30, 20)),
        (b'<svg width="30px" height="20" viewBox="0 0 1 1">', ".svg", (30, 20)),
        (b'<?xml version="1.0"?><svg viewBox="0 0 30 20">', ".svg", (30, 20)),
        (b'<svg width="100%">', ".svg", (0, 0)),
        (png(4_000_000_000, 1), ".png", (0, 0)),
        (b"", ".jpg", (0, 0)),
        (b"\xff\xd8" + b"\xff" * 50, ".jpeg", (0, 0)),
        (b"\xff\xd8\xff\xe0\x00\x00" * 20, ".jpeg", (0, 0)),
        (b"not an image", ".png", (0, 0)),
        (b"GIF89a", ".gif", (0, 0)),
    ],
)
def test_the_size_of_an_image_is_read_from_its_first_bytes(content, suffix, size):
    assert size_of(content, suffix) == size
