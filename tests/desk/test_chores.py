"""The worker brings cases back at their time, and asks about those of which the customer hears nothing."""

from datetime import timedelta

import pytest

from portal.desk.actions.tending import set_reminder
from portal.desk.chores import ask_about_silence, remind_staff
from portal.foundation import clock
from portal.questions.actions.answering import Then
from tests.cast import CLARA, account, signed_in
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


def test_coming_reminders_stand_where_they_will_ring_the_next_one_first_for_their_own_person_alone(app, dora):
    later_on, soon = ask(app), ask(app, subject="Zuerst")
    page = signed_in(app, CLARA)
    assert "Kommende Erinnerungen" not in page.opens("/desk/notices").text
    with app.app_context():
        set_reminder(later_on.id, NOON + timedelta(days=2), remark="Techniker", by=clara(app), now=NOON)
        set_reminder(soon.id, NOON + timedelta(hours=1), remark="", by=clara(app), now=NOON)
    text = page.opens("/desk/notices").text
    assert text.index("Kommende Erinnerungen (2)") < text.rindex(soon.number) < text.rindex(later_on.number)
    assert "Techniker" in text and "Fr., 18. Dez., " in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Techniker" not in dora.opens("/desk/notices").text
    with later(days=2):
        runs(app, remind_staff)
        rung = signed_in(app, CLARA).opens("/desk/notices").text
    assert "Kommende Erinnerungen" not in rung and "erinnert werden. Techniker" in rung


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
