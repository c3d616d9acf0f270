"""A question is in work as soon as somebody of the staff did something that the customer sees."""

from datetime import timedelta

import pytest

from portal.questions.actions.moving import change_level, move_promise
from portal.questions.actions.sheet import write_line
from portal.questions.rules import SheetLine
from tests.conftest import NOON
from tests.questions.people import ask, clara, write


def move(asked, by):
    move_promise(asked.id, NOON + timedelta(days=2), reason="Der Techniker ist krank.", by=by, now=NOON)


def relevel(asked, by):
    change_level(asked.id, "calm", reason="Es eilt nicht.", by=by, now=NOON)


def fill_sheet(asked, by):
    write_line(asked.id, SheetLine.CHECKED, "Leitung gemessen", by=by, now=NOON)


@pytest.mark.parametrize("does", [move, relevel, fill_sheet])
def test_what_staff_did_is_seen_on_the_page_and_in_the_list(app, anna, does):
    asked, by = ask(app), clara(app)
    with app.app_context():
        does(asked, by)
    assert anna.opens(asked.address).find("span", class_="turn turn--in-work") is not None
    assert asked.number in anna.opens("/de/questions/?state=in_work").text
    assert asked.number not in anna.opens("/de/questions/?state=received").text


def test_what_the_customer_writes_begins_nothing(app, anna):
    asked = ask(app)
    write(asked, "Noch etwas.")
    assert anna.opens(asked.address).find("span", class_="turn turn--received") is not None
    assert asked.number in anna.opens("/de/questions/?state=received").text
