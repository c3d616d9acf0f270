"""Staff answer, by whatever channel: it ends the promise, is told once, and says whose turn it is."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.foundation import clock
from portal.foundation.database import db
from portal.notifications.models import Notification
from portal.questions.actions.answering import Answer, Channel, Then, answer, wait_for_customer
from portal.questions.actions.closing import close_question, reopen_question, solve_question
from portal.questions.models import Message
from tests.cast import CLARA, account
from tests.conftest import NOON
from tests.questions.people import ask, ask_as_guest, at, clara, give_answer, later, write


def kinds(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Notification.kind).order_by(Notification.id)))


@pytest.mark.parametrize("channel", list(Channel))
def test_an_answer_by_any_channel_ends_the_promise(app, channel):
    asked = ask(app)
    with later(hours=1):
        give_answer(asked, channel=channel)
    row, (promise,) = asked.row, asked.ledger
    assert (row.status, row.answer_due_at, row.warn_at) == ("waiting", None, None)
    assert (promise.outcome, promise.ended_at) == ("kept", NOON + timedelta(hours=1))
    assert row.first_answered_at == NOON + timedelta(hours=1)


def test_whoever_answers_first_is_responsible_from_then_on(app):
    asked = ask(app)
    give_answer(asked)
    assert asked.row.assignee_id == account(app, CLARA)


def test_an_answer_that_keeps_the_turn_promises_the_next_one(app):
    asked = ask(app)
    give_answer(asked, then=Then.OUR_TURN)
    first, second = asked.ledger
    assert asked.row.status == "open" and asked.row.answer_due_at == second.due_at
    assert (first.outcome, second.kind) == ("kept", "next_answer")


def test_asking_back_is_no_answer_in_time_but_stops_the_clock(app):
    asked = ask(app)
    give_answer(asked, "Welche Kundennummer?", then=Then.ASKS_BACK)
    assert asked.row.status == "waiting" and asked.ledger[0].outcome == "dropped"
    assert asked.row.first_answered_at is None
    assert kinds(app)[-1] == "question_waiting"


def test_an_answer_that_solves_closes_and_tells_it_once(app):
    asked = ask(app)
    give_answer(asked, then=Then.SOLVED)
    row = asked.row
    assert (row.status, row.closed_by, row.solved_at) == ("closed", "staff", NOON)
    assert kinds(app) == ["question_received", "question_solved"]


def test_the_same_answer_form_twice_is_one_answer_and_one_mail(app):
    asked = ask(app)
    given = Answer("Einmal", secrets.token_urlsafe(24))
    with app.app_context():
        ids = {answer(asked.id, given, by=clara(app), now=NOON) for _ in range(2)}
        assert len(ids) == 1 and db.session.scalar(select(func.count()).select_from(Message)) == 2
    assert kinds(app) == ["question_received", "question_answered"]


def test_every_answer_is_told_once(app):
    asked = ask(app)
    give_answer(asked), give_answer(asked, "Und noch etwas.")
    assert kinds(app).count("question_answered") == 2


def test_silence_counts_from_the_last_answer(app):
    asked = ask(app)
    give_answer(asked)
    first = asked.row.close_at
    with later(days=1):
        give_answer(asked, "Nachtrag")
    assert asked.row.close_at > first


def test_waiting_without_an_answer_tells_once_and_stops_the_clock(app):
    asked = ask(app)
    with app.app_context():
        for _ in range(2):
            wait_for_customer(asked.id, by=clara(app), now=NOON)
    assert asked.row.status == "waiting" and kinds(app).count("question_waiting") == 1


def test_a_late_answer_is_recorded_as_missed_also_without_a_worker(app):
    asked = ask(app)
    with later(days=1):
        give_answer(asked)
        (promise,) = asked.ledger
        assert promise.outcome == "missed" and promise.breached_at == clock.now()


def test_closing_and_solving_happen_once(app):
    asked, other = ask(app), ask_as_guest(app)
    with app.app_context():
        for _ in range(2):
            solve_question(asked.id, by=clara(app), now=NOON)
            close_question(other.id, by=clara(app), now=NOON, reason="Doppelt")
    assert kinds(app).count("question_solved") == kinds(app).count("question_closed") == 1
    assert asked.row.version == other.row.version == 2


def test_staff_reopen_with_a_fresh_promise(app):
    asked = ask(app)
    with app.app_context():
        solve_question(asked.id, by=clara(app), now=NOON)
    with later(days=30), app.app_context():
        reopen_question(asked.id, by=clara(app), now=clock.now())
        assert asked.row.status == "open" and asked.row.answer_due_at > clock.now()


def test_an_answer_to_a_closed_question_leaves_it_closed(app):
    asked = ask(app)
    with app.app_context():
        solve_question(asked.id, by=clara(app), now=NOON)
    give_answer(asked, "Nachtrag")
    assert asked.row.status == "closed"


def test_the_solution_clock_stops_while_it_is_the_customer_s_turn(app):
    asked = ask(app)
    with later(hours=2):
        give_answer(asked)
    left = asked.row.solution_minutes_left
    with at(NOON + timedelta(days=1)):
        write(asked)
        row = asked.row
        assert row.solution_minutes_left == left and row.solution_due_at > clock.now()
