"""View as customer at a time that has passed: every page is compared with what Anna really saw at that moment."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from portal.foundation import clock
from portal.questions.actions.answering import Then
from portal.questions.actions.moving import move_promise
from portal.questions.actions.rating import rate
from portal.questions.actions.sheet import write_line
from portal.questions.chores import close_silent, remind
from portal.questions.rules import Face, SheetLine
from tests.cast import ANNA, CLARA, signed_in
from tests.conftest import NOON
from tests.desk.cases import merges
from tests.lead.test_preview import looks
from tests.questions.people import ask, give_answer, opened, write
from tests.questions.people import clara as as_clara


@contextmanager
def after(hours: float):
    with clock.frozen(NOON + timedelta(hours=hours)):
        yield NOON + timedelta(hours=hours)


def reading(page) -> str:
    return " ".join(" ".join(page.find("main").itertext()).split())


@pytest.fixture
def diary(app):
    return Diary(app)


class Diary:
    """What Anna saw at each hour on the pages of her questions and on their list."""

    def __init__(self, app):
        self.app, self.pages = app, []

    def note(self, hours: float, *paths: str) -> None:
        with after(hours):
            anna = signed_in(self.app, ANNA)
            self.pages += [(hours, path, reading(anna.opens(path))) for path in paths]

    def agrees(self, clara, number: str) -> None:
        """Clara, who looks back, sees word for word the same."""
        for hours, path, text in self.pages:
            at = (NOON + timedelta(hours=hours)).isoformat(timespec="seconds")
            seen = looks(clara, **{"as": "customer", "who": number, "at": at, "path": path})
            assert reading(seen) == text, (hours, path)


def test_a_question_of_the_past_is_what_its_customer_really_saw_then(app, diary):
    asked, listed = ask(app), "/de/questions/"
    waiting = f"{listed}?state=your_turn"
    diary.note(0, asked.address, listed)
    with after(1) as now, app.app_context():
        until = now + timedelta(days=3)
        move_promise(asked.id, until, reason="Der Techniker kommt erst dann.", by=as_clara(app), now=now)
    diary.note(1.5, asked.address)
    with after(2):
        give_answer(asked, "Bitte schicken Sie uns ein Foto.")
    diary.note(2.5, asked.address, listed, waiting)
    with after(26):
        write(asked, "Hier ist es.")
    with after(27) as now, app.app_context():
        write_line(asked.id, SheetLine.FOUND, "Der Zähler ist defekt.", by=as_clara(app), now=now)
    diary.note(28, asked.address, waiting)
    with after(29):
        give_answer(asked, "Es ist erledigt.", then=Then.SOLVED)
    with after(30) as now, app.app_context():
        rate(opened(asked), Face.GOOD, "Schnell.", now=now)
    diary.note(31, asked.address, listed)
    with after(50):
        write(asked, "Doch noch nicht.")
    with after(51):
        give_answer(asked, "Bitte noch ein Foto.")
    diary.note(52, asked.address)
    with after(9 * 24) as now, app.app_context():
        remind(now)
    diary.note(9 * 24 + 1, asked.address)
    with after(20 * 24) as now, app.app_context():
        close_silent(now)
    diary.note(20 * 24 + 1, asked.address, listed)
    with after(60 * 24):
        clara = signed_in(app, CLARA)
        diary.agrees(clara, asked.number)
        before = (NOON - timedelta(hours=1)).isoformat(timespec="seconds")
        unborn = looks(clara, **{"as": "customer", "who": asked.number, "at": before, "path": asked.address})
        assert unborn.status == 404 and asked.row.subject not in unborn.text


def test_two_questions_that_were_merged_later_are_two_with_their_own_messages(app, diary):
    older, younger = ask(app), ask(app, subject="Noch eine Rechnung", body="Auch die vom Oktober.")
    with after(1):
        give_answer(younger, "Wir sehen nach.", then=Then.OUR_TURN)
    diary.note(2, older.address, younger.address, "/de/questions/")
    with after(3):
        clara = signed_in(app, CLARA)
        assert merges(clara, older, younger).status == 303
        merged = signed_in(app, ANNA).opens(older.address)
        assert "Auch die vom Oktober." in merged.text
        diary.agrees(clara, older.number)
