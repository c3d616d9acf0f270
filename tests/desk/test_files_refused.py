"""Files of an answer that was not sent: who reaches them, and what is refused without losing anything."""

import pytest

from portal.attachments.rules import MOST_BYTES, MOST_BYTES_A_DAY
from tests.attachments.files import PDF
from tests.cast import ANNA, BERND, CLARA, DORA, EMIL, FRIDA, signed_in
from tests.desk.answer_files import GUIDE, PHOTO, TEXT, adds, box, pending, sends, shown, stored
from tests.desk.cases import desk
from tests.questions.people import ask
from tests.visitor import Visitor


def test_files_of_a_draft_belong_to_its_writer_alone(app):
    asked, clara, dora = ask(app), signed_in(app, CLARA), signed_in(app, DORA)
    adds(clara, asked, PHOTO)
    (name,) = box(clara, asked)["uploads"]
    page = dora.opens(desk(asked))
    assert "Router.png" not in page.text and shown(page, asked) == 0
    assert dora.opens(f"{desk(asked)}/files/{name}").status == 404
    assert dora.opens(f"{desk(asked)}/attachments/{name}").status == 404
    sends(dora, asked, verb="files/removal", remove=name)
    assert sends(dora, asked, uploads=[name]).status == 409
    assert shown(clara.opens(desk(asked)), asked) == 1


@pytest.mark.parametrize("person", [None, ANNA, BERND, CLARA, DORA, EMIL, FRIDA], ids=str)
def test_who_may_reach_a_file_that_was_not_sent(app, person):
    asked = ask(app)
    writer = signed_in(app, CLARA)
    adds(writer, asked, PHOTO)
    (name,) = box(writer, asked)["uploads"]
    visitor = signed_in(app, person) if person else Visitor(app)
    found = visitor.opens(f"{desk(asked)}/files/{name}", inspected=False).status
    assert found == (200 if person is CLARA else 303 if person is None else 404)
    assert visitor.opens(f"{asked.address}/attachments/{name}", inspected=False).status == 404
    assert visitor.opens(f"/de/questions/uploads/{name}", inspected=False).status == 404
    if person is not CLARA:
        fields = {"key": name, "is_complete": "yes"}
        assert visitor.sends(f"{desk(asked)}/files/removal", fields).status in (403, 404, 409)
        assert len(stored(app)) == 1


def test_a_wrong_token_keeps_and_removes_nothing(app, clara):
    asked = ask(app)
    adds(clara, asked, GUIDE)
    (name,) = box(clara, asked)["uploads"]
    for verb in ("answers", "draft", "insertion", "files", "files/removal"):
        page = sends(clara, asked, PHOTO, verb=verb, token="x" * 43, key=name)
        assert 400 <= page.status < 500, verb
    assert [each.name for each in stored(app)] == ["Anleitung.pdf"] and pending(app) == []


BAD = {
    "böse.exe": (b"MZ", "böse.exe"),
    "leer.pdf": (b"", "leer"),
    "falsch.pdf": (b"GIF89a" + b"0" * 40, "anderer Art"),
    "groß.pdf": (PDF + b"x" * MOST_BYTES, "10 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_refused_file_is_named_and_costs_neither_the_text_nor_other_files(app, clara, name):
    asked, (content, words) = ask(app), BAD[name]
    page = sends(clara, asked, GUIDE, (name, content), then="asks_back")
    assert page.status == 422 and name in page.text and words in page.text and pending(app) == []
    assert page.find("textarea", name="body").text.strip() == TEXT and shown(page, asked) == 1
    assert page.find("input", name="then", value="asks_back").get("checked") is not None
    assert page.find("input", id="attachments").get("aria-invalid") == "true"
    assert sends(clara, asked, verb="draft").status == 200


def test_a_name_with_a_path_and_turning_characters_is_cleaned(app, clara):
    asked = ask(app)
    sends(clara, asked, ("../../etc/\u202efdp.pdf", PDF), ("<img src=x onerror=alert(1)>.pdf", PDF), verb="draft")
    assert [each.name for each in stored(app)] == ["fdp.pdf", "_img src=x onerror=alert(1)_.pdf"]


def test_the_sixth_file_is_refused_wherever_it_comes_from(app, clara):
    asked, six = ask(app), [(f"{number}.pdf", PDF) for number in range(6)]
    page = sends(clara, asked, *six)
    assert page.status == 422 and "5.pdf" in page.text and shown(page, asked) == 5
    line = adds(clara, asked, ("7.pdf", PDF))
    assert "uploads__file--refused" in line.html and "7.pdf" in line.html
    # Undo adds what had waited to what was begun meanwhile.
    assert sends(clara, asked).status == 303
    adds(clara, asked, ("8.pdf", PDF))
    clara.submits(clara.opens(desk(asked)), f"{desk(asked)}/answers/{pending(app)[-1].id}/undo")
    page = sends(clara, asked)
    assert page.status == 422 and shown(page, asked) == 6 and "höchstens 5 Dateien" in page.text


def test_a_file_that_is_gone_is_said_and_the_text_stays(app, clara):
    asked = ask(app)
    adds(clara, asked, GUIDE)
    filled = {**box(clara, asked), "body": TEXT, "then": "our_turn"}
    sends(clara, asked, verb="files/removal", key=filled["uploads"][0])
    page = clara.sends(f"{desk(asked)}/answers", filled)
    assert page.status == 409 and "nicht mehr" in page.text and pending(app) == []
    assert page.find("textarea", name="body").text.strip() == TEXT


@pytest.mark.parametrize("verb", ["answers", "draft", "insertion", "files", "files/removal"])
def test_a_form_that_was_cut_short_keeps_sends_and_removes_nothing(app, clara, verb):
    asked = ask(app)
    adds(clara, asked, GUIDE)
    (name,) = box(clara, asked)["uploads"]
    filled = {**box(clara, asked), "body": TEXT, "then": "our_turn", "key": name}
    del filled["is_complete"]
    page = clara.sends(f"{desk(asked)}/{verb}", filled, files=[("attachments", *PHOTO)])
    assert page.status == 400
    assert [each.name for each in stored(app)] == ["Anleitung.pdf"] and pending(app) == []


def test_files_alone_are_no_answer_but_are_kept(app, clara):
    asked = ask(app)
    page = sends(clara, asked, GUIDE, body="")
    assert page.status == 422 and shown(page, asked) == 1 and pending(app) == []


def test_who_has_sent_too_much_today_or_finds_the_disk_full_is_told_so(app, clara, monkeypatch):
    asked = ask(app)
    monkeypatch.setattr("portal.attachments.quota.MOST_BYTES_A_DAY", len(PDF))
    assert len(PDF) < MOST_BYTES_A_DAY
    assert sends(clara, asked, GUIDE, verb="draft").status == 200
    page = sends(clara, asked, ("zweite.pdf", PDF), verb="draft")
    assert page.status == 422 and "zweite.pdf" in page.text and "heute" in page.text.lower()
    monkeypatch.setattr("portal.attachments.storage.disk.DiskStorage.has_room", lambda *_: False)
    page = sends(clara, asked, ("dritte.pdf", PDF))
    assert page.status == 422 and "dritte.pdf" in page.text and shown(page, asked) == 1
    assert sends(clara, asked).status == 303
