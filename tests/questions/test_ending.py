"""Solved, judged, objected to: the customer has the last word, and may change it."""

import pytest
from sqlalchemy import func, select

from portal.foundation.database import db
from portal.notifications.models import Notification, StaffNotice
from portal.questions.actions.closing import mark_solved
from portal.questions.actions.sheet import write_line
from portal.questions.models import Rating, SheetEntry
from portal.questions.rules import SheetLine
from tests.conftest import NOON
from tests.questions.people import ask, clara, give_answer, opened
from tests.visitor import Visitor


@pytest.fixture
def solved(app):
    asked = ask(app)
    give_answer(asked)
    with app.app_context():
        mark_solved(opened(asked), now=NOON)
    return asked


def ratings(app) -> list[tuple[str, str]]:
    with app.app_context():
        return [(row.face, row.sentence) for row in db.session.scalars(select(Rating))]


def test_anna_marks_her_question_as_solved_without_script(app, anna):
    asked = ask(app)
    give_answer(asked)
    done = anna.submits(anna.opens(asked.address), f"{asked.address}/closure")
    assert done.status == 303
    page = anna.opens(asked.address)
    assert page.heading == "Gelöst am 16. Dezember 2026." and "gelöst" in page.text
    row = asked.row
    assert (row.closed_by, row.solved_at) == ("customer", NOON)


def test_solving_twice_is_solving_once(app, anna):
    asked = ask(app)
    page = anna.opens(asked.address)
    assert [anna.submits(page, f"{asked.address}/closure").status for _ in range(2)] == [303, 303]
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Notification.kind == "question_rating")) == 1
    assert asked.row.version == 2


@pytest.mark.together
@pytest.mark.parametrize(
    "path", ["/closure", "/reopening", "/rating", "/confirmation", "/messages", "/messages/1/withdrawal"]
)
def test_a_link_changes_nothing_and_leads_to_the_page_of_the_button(app, anna, path):
    """A phone that opens its pages again asks for the address to which a form was sent."""
    asked = ask(app)
    opened = anna.opens(asked.address + path)
    assert (opened.status, opened.location) == (303, asked.address)
    assert asked.row.status == "open"


def test_a_judgement_is_one_of_three_faces_and_a_sentence_and_can_be_changed(app, anna, solved):
    page = anna.opens(solved.address)
    assert anna.submits(page, f"{solved.address}/rating", face="good", sentence="Schnell & klar").status == 303
    shown = anna.opens(solved.address)
    assert "Danke für Ihre Bewertung: Gut" in shown.text and "Schnell & klar" in shown.text
    anna.submits(shown, f"{solved.address}/rating", face="bad", sentence="")
    assert ratings(app) == [("bad", "")]


def test_the_same_judgement_again_is_no_news(app, anna, solved):
    for _ in range(2):
        anna.submits(anna.opens(solved.address), f"{solved.address}/rating", face="fair", sentence="Na ja")
    assert solved.row.version == 4


@pytest.mark.parametrize("face", ["", "great", "GOOD", "😀"])
def test_no_face_gives_the_sentence_back(app, anna, solved, face):
    page = anna.submits(anna.opens(solved.address), f"{solved.address}/rating", face=face, sentence="Mein Satz")
    assert page.status == 422 and page.find("textarea", id="sentence").text.strip() == "Mein Satz"
    assert "Bitte wählen Sie eines der drei Gesichter." in page.text and ratings(app) == []
    assert page.find("fieldset", id="face", aria_invalid="true").get("aria-describedby") == "face-error"
    assert page.title.startswith("Bitte prüfen: ")


def test_a_question_that_is_open_is_not_judged(app, anna):
    asked = ask(app)
    page = anna.opens(asked.address)
    assert not page.all("input", name="face")
    token = page.find("input", name="token").get("value")
    refused = anna.sends(f"{asked.address}/rating", {"face": "bad", "token": token, "is_complete": "yes"})
    assert refused.status == 409 and ratings(app) == []


def test_anna_objects_to_a_line_and_the_desk_is_told(app, anna):
    asked = ask(app)
    with app.app_context():
        write_line(asked.id, SheetLine.FOUND, "Am Kabel liegt es", by=clara(app), now=NOON)
    page = anna.opens(asked.address)
    done = anna.submits(page, f"{asked.address}/sheet/objection", remark="Es liegt am Router.")
    assert done.status == 303
    assert "Sie sagen, das stimmt nicht: Es liegt am Router." in anna.opens(asked.address).text
    with app.app_context():
        assert "question.objected" in db.session.scalars(select(StaffNotice.kind)).all()


def test_a_new_text_of_the_line_answers_the_objection(app, anna):
    asked = ask(app)
    with app.app_context():
        write_line(asked.id, SheetLine.FOUND, "Kabel", by=clara(app), now=NOON)
    anna.submits(anna.opens(asked.address), f"{asked.address}/sheet/objection", remark="Nein")
    with app.app_context():
        write_line(asked.id, SheetLine.FOUND, "Router", by=clara(app), now=NOON)
        assert db.session.scalars(select(SheetEntry.objected_at)).one() is None


def test_a_line_that_is_not_written_has_no_objection(app, anna):
    asked = ask(app)
    token = anna.opens(asked.address).find("input", name="token").get("value")
    form = {"line": "missing", "remark": "x", "token": token, "is_complete": "yes"}
    assert anna.sends(f"{asked.address}/sheet/objection", form).status == 404


def test_where_several_lines_are_written_one_is_chosen_and_the_remark_stays(app, anna):
    asked = ask(app)
    with app.app_context():
        for line in (SheetLine.ABOUT, SheetLine.FOUND):
            write_line(asked.id, line, "Kabel", by=clara(app), now=NOON)
    address = f"{asked.address}/sheet/objection"
    assert anna.submits(anna.opens(asked.address), address, line="nonsense").status == 422
    page = anna.submits(anna.opens(asked.address), address, line="", remark="Es liegt am Router.")
    assert page.status == 422 and "Bitte wählen Sie die Zeile, die nicht stimmt." in page.text
    assert page.find("textarea", id="remark").text.strip() == "Es liegt am Router."
    assert anna.submits(page, address, line="found").status == 303
    with app.app_context():
        assert db.session.scalars(select(SheetEntry.line).where(SheetEntry.objected_at.is_not(None))).all() == ["found"]


def test_a_too_long_objection_comes_back_whole(app, anna):
    asked = ask(app)
    with app.app_context():
        write_line(asked.id, SheetLine.FOUND, "Kabel", by=clara(app), now=NOON)
    page = anna.submits(anna.opens(asked.address), f"{asked.address}/sheet/objection", remark="x" * 1001)
    assert page.status == 422 and page.find("textarea", id="remark").text.strip() == "x" * 1001


@pytest.mark.parametrize("path", ["/closure", "/rating"])
def test_a_button_of_another_sign_in_is_refused(app, anna, solved, path):
    page = anna.sends(solved.address + path, {"face": "good", "token": "x", "is_complete": "yes"})
    assert page.status == 409 and ratings(app) == []


def test_a_page_of_another_site_presses_no_button(app, anna):
    asked = ask(app)
    foreign = anna.sends(f"{asked.address}/closure", {"is_complete": "yes"}, Origin="https://evil.example")
    assert foreign.status == 403 and asked.row.status == "open"


def test_a_lost_sign_in_keeps_the_judgement_s_sentence(app, solved):
    page = Visitor(app).sends(f"{solved.address}/rating", {"sentence": "Sehr gut", "is_complete": "yes"})
    assert page.status == 403 and page.find("textarea", id="sentence").text.strip() == "Sehr gut"
