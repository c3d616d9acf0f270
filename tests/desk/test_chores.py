"""The worker brings cases back at their time, and asks about those of which the customer hears nothing."""

from datetime import timedelta

import pytest

from portal.desk.actions.tending import set_reminder
from portal.desk.chores import ask_about_silence, remind_staff
from portal.foundation import clock
from portal.questions.actions.answering import Then
from tests.cast import CLARA, account
from tests.conftest import NOON
from tests.desk.cases import staff_notices
from tests.questions.people import ask, clara, give_answer, later, write


def runs(app, chore):
    with app.app_context():
        return chore(clock.now())


def test_a_reminder_comes_once_to_whoever_wanted_it(app):
    asked = ask(app)
    with app.app_context():
        at = NOON + timedelta(hours=1)
        set_reminder(asked.id, at, remark="Techniker", by=clara(app), now=NOON)
    runs(app, remind_staff)
    assert staff_notices(app, "question.reminder") == []
    with later(hours=1):
        runs(app, remind_staff), runs(app, remind_staff)
    (notice,) = staff_notices(app, "question.reminder")
    assert (notice.user_id, notice.payload["remark"]) == (account(app, CLARA), "Techniker")


def test_a_silent_case_asks_its_owner_after_three_working_days(app):
    asked = ask(app)
    give_answer(asked, then=Then.OUR_TURN)
    # Wednesday to Monday: the weekend does not count.
    with later(days=4):
        runs(app, ask_about_silence)
        assert staff_notices(app, "question.silent") == []
    with later(days=5, minutes=1):
        runs(app, ask_about_silence), runs(app, ask_about_silence)
        (notice,) = staff_notices(app, "question.silent")
    assert notice.user_id == account(app, CLARA)


def test_the_same_silence_asks_again_only_after_as_many_days(app):
    ask(app)
    for days, times in ((5, 1), (6, 1), (22, 2)):
        with later(days=days, minutes=1):
            runs(app, ask_about_silence)
            assert len(staff_notices(app, "question.silent")) == times, days


@pytest.mark.parametrize("then", [Then.CUSTOMERS_TURN, Then.SOLVED])
def test_nobody_is_asked_while_it_is_the_customer_s_turn_or_over(app, then):
    give_answer(ask(app), then=then)
    with later(days=30):
        runs(app, ask_about_silence)
    assert staff_notices(app, "question.silent") == []


def test_a_word_begins_the_days_anew(app):
    asked = ask(app)
    with later(days=2):
        write(asked)
    with later(days=5, minutes=1):
        runs(app, ask_about_silence)
    assert staff_notices(app, "question.silent") == []
