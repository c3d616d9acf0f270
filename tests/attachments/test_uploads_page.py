"""A form with files: without script everything comes back, with script each file is a line of its own."""

import re
import tempfile

import pytest

from portal.attachments.rules import MOST_BYTES
from tests.attachments.files import PDF, picture
from tests.visitor import Visitor

DONE = {"is_complete": "yes"}
SAFE = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}


def sent(visitor, *files, url="/de/form", **fields):
    return visitor.sends(
        url, {"body": "Der Router blinkt.", **DONE, **fields}, files=[("attachments", *each) for each in files]
    )


def ticked(page):
    return [each.get("value") for each in page.all("input", name="uploads") if each.get("checked") is not None]


def test_an_empty_form_says_what_may_be_sent_and_how_much(forms):
    page = Visitor(forms).opens("/de/form")
    field = page.find("input", type="file")
    assert field.get("multiple") is not None and ".pdf" in field.get("accept")
    assert "5 " in page.text and "10 MB" in page.text and "docx" in page.text
    assert page.find("p", id="attachments-hint") is not None


def test_a_refused_file_costs_neither_the_text_nor_the_other_files(forms):
    visitor = Visitor(forms)
    page = sent(visitor, ("Foto.png", picture()), ("böse.exe", b"MZ"), ("leer.pdf", b""))
    assert page.find("textarea").text.strip() == "Der Router blinkt."
    assert "Foto.png" in page.text and len(ticked(page)) == 1
    assert "böse.exe" in page.text and "leer.pdf" in page.text
    assert page.find("input", type="file").get("aria-invalid") == "true"
    again = visitor.sends("/de/form", {"body": "Der Router blinkt.", "uploads": ticked(page)[0], **DONE})
    assert "Foto.png" in again.text and "böse" not in again.text


def test_a_held_file_that_is_not_ticked_any_more_is_left_out(forms):
    visitor = Visitor(forms)
    sent(visitor, ("a.pdf", PDF))
    assert ticked(visitor.sends("/de/form", {"body": "x", **DONE})) == []


def test_a_file_that_is_no_longer_held_is_named_as_gone(forms):
    page = Visitor(forms).sends("/de/form", {"body": "x", "uploads": "x" * 43, **DONE})
    assert page.status == 200 and page.all("div", id="attachments-error") and ticked(page) == []


def test_ten_megabytes_and_one_byte_are_refused_by_name(forms):
    page = sent(Visitor(forms), ("groß.pdf", PDF + b"x" * MOST_BYTES), ("klein.pdf", PDF))
    assert "groß.pdf" in page.text and "10 MB" in page.text and len(ticked(page)) == 1


def test_a_sender_without_files_is_no_sender_of_an_empty_file(forms):
    page = sent(Visitor(forms), ("", b""))
    assert page.status == 200 and ticked(page) == [] and not page.all("div", id="attachments-error")


def test_hostile_names_stay_text(forms):
    page = sent(Visitor(forms), ("<img src=x onerror=alert(1)>.pdf", PDF), ("../../\u202efdp.pdf", PDF))
    assert len(ticked(page)) == 2 and not page.all("img", src="x") and "\u202e" not in page.html


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_script_sends_one_file_and_gets_its_line(app, language):
    visitor = Visitor(app)
    line = sent(visitor, ("Foto.png", picture()), url=f"/{language}/questions/uploads")
    assert line.status == 200 and "<html" not in line.html and line.html.count("<li") == 1
    key = re.search(r'name="uploads" value="([^"]+)"', line.html)[1]
    second = sent(visitor, ("b.pdf", PDF), url=f"/{language}/questions/uploads", uploads=key)
    assert second.html.count("<li") == 1 and "b.pdf" in second.html and "Foto" not in second.html
    refused = sent(visitor, ("c.exe", b"MZ"), url=f"/{language}/questions/uploads")
    assert "uploads__file--refused" in refused.html and "c.exe" in refused.html


def test_the_small_picture_of_a_held_file_is_shown_and_can_run_nothing(app):
    visitor = Visitor(app)
    line = sent(visitor, ("Foto.png", picture() + b"<script>alert(1)</script>"), url="/de/questions/uploads")
    shown = visitor.opens(re.search(r'src="([^"]+)"', line.html)[1], inspected=False).response
    assert shown.status_code == 200 and shown.mimetype == "image/webp" and b"script" not in shown.data
    assert {name: shown.headers[name] for name in SAFE} == SAFE
    assert "no-store" in shown.headers["Cache-Control"] and "private" in shown.headers["Cache-Control"]
    assert visitor.opens("/de/questions/uploads/" + "x" * 43).status == 404


def test_a_removed_file_is_gone_at_once_and_twice_is_no_error(app):
    visitor = Visitor(app)
    line = sent(visitor, ("Foto.png", picture()), url="/de/questions/uploads")
    key, address = (re.search(rf'{name}="([^"]+)"', line.html)[1] for name in ("value", "src"))
    for _ in range(2):
        assert visitor.sends("/de/questions/uploads/removal", {"key": key, **DONE}).status == 204
    assert visitor.opens(address).status == 404
    assert visitor.sends("/de/questions/uploads/removal", {"key": key}).status == 400


def test_a_folder_for_temporary_files_that_is_missing_costs_the_file_and_nothing_else(forms, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    page = sent(Visitor(forms), ("groß.pdf", PDF + b"x" * 400_000), ("klein.pdf", PDF))
    assert page.status == 200 and page.find("textarea").text.strip() == "Der Router blinkt."
    assert len(ticked(page)) == 1 and "groß.pdf" in page.text
