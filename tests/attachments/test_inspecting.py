"""A file is taken when its name, its declared type and its content agree, and not otherwise."""

import codecs
from zipfile import ZIP_BZIP2, ZIP_LZMA

import pytest

from portal.attachments.inspecting import Refused, inspect
from portal.attachments.rules import MOST_BYTES, Reason
from tests.attachments.files import (
    PDF,
    SHEET,
    WORD,
    animated,
    hidden_list,
    incoming,
    long_list,
    office,
    open_document,
    picture,
    zip_bomb,
)

GOOD = {
    "pdf": ("a.pdf", PDF, "application/pdf"),
    "PDF in capitals": ("A.PDF", PDF, ""),
    "png": ("a.png", picture("PNG"), "image/png"),
    "jpg": ("a.jpg", picture("JPEG"), "image/jpeg"),
    "jpeg": ("a.jpeg", picture("JPEG"), "image/pjpeg"),
    "webp": ("a.webp", picture("WEBP"), "image/webp"),
    "moving webp": ("a.webp", animated("WEBP"), "image/webp"),
    "txt": ("a.txt", "Grüße".encode(), "text/plain; charset=utf-8"),
    "txt of Windows": ("a.txt", "Grüße für 5 €".encode("cp1252"), "text/plain"),
    "txt in UTF-16": ("a.txt", codecs.BOM_UTF16_LE + "Grüße".encode("utf-16-le"), "text/plain"),
    "txt with form feed": ("a.txt", b"page\x0cpage\r\n\tend", "text/plain"),
    "csv by Excel": ("a.csv", b"a;b\r\n1;2\r\n", "application/vnd.ms-excel"),
    "docx": ("a.docx", office(WORD), "application/zip"),
    "xlsx": ("a.xlsx", office(SHEET), "application/octet-stream"),
    "odt": ("a.odt", open_document(), "application/vnd.oasis.opendocument.text"),
    "a zip bomb that is a docx": ("a.docx", zip_bomb(), ""),
}
BAD = {
    "no ending": ("rechnung", PDF, "", Reason.TYPE),
    "program": ("a.exe", b"MZ\x90\x00", "", Reason.TYPE),
    "page": ("a.html", b"<html></html>", "text/html", Reason.TYPE),
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", Reason.TYPE),
    "turned name": ("rechnung\u202efdp.exe", PDF, "application/pdf", Reason.TYPE),
    "NUL in the name": ("a.pdf\x00.exe", PDF, "application/pdf", Reason.TYPE),
    "known, but not in the setting": ("a.pptx", office(), "", Reason.TYPE),
    "empty": ("a.pdf", b"", "application/pdf", Reason.EMPTY),
    "program named pdf": ("a.pdf", b"MZ\x90\x00" * 50, "application/pdf", Reason.CONTENT),
    "page named png": ("a.png", b"<script>alert(1)</script>", "image/png", Reason.CONTENT),
    "png named jpg": ("a.jpg", picture("PNG"), "image/jpeg", Reason.CONTENT),
    "pdf named docx": ("a.docx", PDF, "", Reason.CONTENT),
    "declared as a page": ("a.pdf", PDF, "text/html", Reason.CONTENT),
    "declared as another picture": ("a.png", picture("PNG"), "image/jpeg", Reason.CONTENT),
    "sound named webp": ("a.webp", b"RIFF\x00\x00\x00\x00WAVEfmt ", "image/webp", Reason.CONTENT),
    "zip named docx": ("a.docx", office("nothing"), "", Reason.CONTENT),
    "sheet named docx": ("a.docx", office(SHEET), "", Reason.CONTENT),
    "docx with macros": ("a.docx", office(WORD, **{"word/vbaProject.bin": b"x"}), "", Reason.CONTENT),
    "docx with a program": ("a.docx", office(WORD, **{"word/a.exe": b"MZ"}), "", Reason.CONTENT),
    "docx without an end": ("a.docx", office(WORD)[:-40], "", Reason.CONTENT),
    "docx without a beginning": ("a.docx", b"PK\x03\x04" + b"\x00" * 100, "", Reason.CONTENT),
    "docx with an endless list": ("a.docx", long_list(), "", Reason.CONTENT),
    "docx with an endless list that calls itself short": ("a.docx", hidden_list(), "", Reason.CONTENT),
    "docx packed in a way that unpacks at once": ("a.docx", office(packed=ZIP_BZIP2), "", Reason.CONTENT),
    "docx packed in another such way": ("a.docx", office(packed=ZIP_LZMA), "", Reason.CONTENT),
    "odt without its word": ("a.odt", office(WORD), "", Reason.CONTENT),
    "text that is a program": ("a.txt", b"\x7fELF\x02\x01\x01\x00", "text/plain", Reason.CONTENT),
    "text that is a pdf": ("a.txt", PDF, "text/plain", Reason.CONTENT),
    "text with NUL": ("a.csv", b"a;b\x00;c", "text/csv", Reason.CONTENT),
    "text with escapes of a terminal, cut UTF-8": ("a.txt", b"abc\x81\x8d", "text/plain", Reason.CONTENT),
    "half a letter of UTF-16": ("a.txt", codecs.BOM_UTF16_LE + b"a", "text/plain", Reason.CONTENT),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_honest_file_is_taken(shared_app, name):
    with shared_app.app_context():
        seen = inspect(incoming(*GOOD[name]))
    assert seen.size == len(GOOD[name][1]) and seen.kind.media_type


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_pretends_is_refused_with_the_reason(shared_app, name):
    *file, reason = BAD[name]
    with shared_app.app_context(), pytest.raises(Refused) as refused:
        inspect(incoming(*file))
    assert refused.value.reason is reason


@pytest.mark.parametrize(("size", "is_taken"), [(MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_ten_megabytes_are_taken_and_not_one_byte_more(shared_app, size, is_taken):
    file = incoming("a.pdf", PDF + b" " * (size - len(PDF)))
    with shared_app.app_context():
        if is_taken:
            assert inspect(file).size == size
        else:
            with pytest.raises(Refused, match="large"):
                inspect(file)


def test_a_file_is_ready_to_be_read_again_after_it_was_looked_at(shared_app):
    file = incoming("a.docx", office())
    with shared_app.app_context():
        inspect(file)
    assert file.file.tell() == 0
