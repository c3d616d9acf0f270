"""Promises: whose turn it is, until when, and how a promise ends. Anna asks, Clara answers."""

from dataclasses import replace

import pytest

from portal.service_levels.business_hours import SkippedDay
from portal.service_levels.errors import DateNotAhead, DateTooFar, ImpossibleHappening, NeverOpen
from portal.service_levels.rules import Happening, Outcome, PromiseKind, Standing, Step, Turn
from tests.service_levels.desk import berlin, on
from tests.service_levels.happenings import ASKED, HOURS, QUESTION, moved, steps


def test_anna_s_question_gets_the_promise_of_a_first_answer():
    (step,) = steps(ASKED)
    promise = step.standing.promise
    assert (step.standing.turn, step.standing.has_first_answer, step.ended) == (Turn.OURS, False, None)
    assert (promise.kind, promise.level, promise.minutes) == (PromiseKind.FIRST_ANSWER, "question", 480)
    assert promise.counted_from == berlin("2026-12-16 11:00")
    assert promise.due_at == berlin("2026-12-17 09:00")
    assert promise.skipped == ()
    # 40 hours: 7 today, 10 each on Thursday, Friday and Monday, 3 on Tuesday.
    assert step.standing.solution_due_at == berlin("2026-12-22 11:00")


def test_a_question_before_christmas_names_the_days_that_are_skipped():
    (step,) = steps(("asked", "2026-12-23 17:00"))
    assert step.standing.promise.due_at == berlin("2027-01-04 15:00")
    assert step.standing.promise.skipped[0] == SkippedDay(on("2026-12-24"), "Betriebsruhe")
    assert step.standing.promise.skipped[-1] == SkippedDay(on("2027-01-01"), "Neujahr")


@pytest.mark.parametrize("happening", ["answered", "kept_turn"])
@pytest.mark.parametrize(
    ("at", "ended"),
    [
        ("2026-12-16 11:00", Outcome.KEPT),
        ("2026-12-17 09:00:00", Outcome.KEPT),  # the due moment itself is in time
        ("2026-12-17 09:00:01", Outcome.MISSED),
        ("2026-12-19 12:00:00", Outcome.MISSED),
    ],
)
def test_an_answer_ends_the_promise_in_time_or_late(happening, at, ended):
    assert steps(ASKED, (happening, at))[-1].ended is ended


def test_after_clara_s_answer_it_is_anna_s_turn_and_nothing_is_promised():
    standing = steps(ASKED, ("answered", "2026-12-16 12:00"))[-1].standing
    assert standing == Standing(Turn.CUSTOMERS, None, has_first_answer=True, solution_minutes_left=2340)


def test_clara_answers_and_goes_on_with_a_fresh_promise():
    standing = steps(ASKED, ("kept_turn", "2026-12-16 12:00"))[-1].standing
    assert (standing.turn, standing.has_first_answer) == (Turn.OURS, True)
    assert standing.promise.kind is PromiseKind.NEXT_ANSWER
    assert standing.promise.due_at == berlin("2026-12-17 10:00")
    assert standing.solution_due_at == berlin("2026-12-22 11:00")  # that clock goes on as it was


def test_anna_s_further_messages_do_not_move_the_promise():
    first, *further = steps(ASKED, ("replied", "2026-12-16 12:00"), ("replied", "2026-12-17 17:00"))
    assert [step.standing for step in further] == [first.standing, first.standing]
    assert [step.ended for step in further] == [None, None]


def test_anna_s_reply_to_an_answer_starts_the_next_promise_afresh():
    standing = steps(ASKED, ("answered", "2026-12-16 12:00"), ("replied", "2026-12-18 17:00"))[-1].standing
    assert standing.promise.kind is PromiseKind.NEXT_ANSWER
    assert standing.promise.due_at == berlin("2026-12-21 15:00")


def test_asking_back_is_no_first_answer_and_keeps_no_promise():
    _, waiting, back = steps(ASKED, ("waits", "2026-12-16 12:00"), ("replied", "2026-12-18 17:00"))
    assert (waiting.standing.turn, waiting.ended) == (Turn.CUSTOMERS, Outcome.DROPPED)
    assert not waiting.standing.has_first_answer
    assert back.standing.promise.kind is PromiseKind.FIRST_ANSWER
    assert back.standing.promise.counted_from == berlin("2026-12-18 17:00")


@pytest.mark.parametrize("happening", ["waits", "solved", "closed"])
def test_a_missed_promise_stays_missed_however_it_ends(happening):
    assert steps(ASKED, (happening, "2026-12-16 12:00"))[-1].ended is Outcome.DROPPED
    assert steps(ASKED, (happening, "2026-12-17 10:00"))[-1].ended is Outcome.MISSED


def test_the_solution_s_clock_stands_still_while_it_is_anna_s_turn():
    replied = steps(ASKED, ("answered", "2026-12-16 12:00"), ("replied", "2027-01-04 08:00"))[-1].standing
    assert replied.solution_minutes_left == 2340
    assert replied.solution_due_at == berlin("2027-01-08 17:00")  # 39 hours, 6 January is a holiday


def test_a_solution_that_is_late_already_is_due_at_once_when_the_clock_goes_on():
    standing = steps(ASKED, ("answered", "2027-01-11 10:00"), ("replied", "2027-01-11 12:00"))[-1].standing
    assert standing.solution_minutes_left == 0
    assert standing.solution_due_at == berlin("2027-01-11 12:00")


def test_a_level_without_a_solution_target_has_no_solution_date():
    level = replace(QUESTION, solution=None)
    for step in steps(ASKED, ("answered", "2026-12-16 12:00"), ("replied", "2026-12-16 13:00"), level=level):
        assert (step.standing.solution_minutes_left, step.standing.solution_due_at) == (None, None)


@pytest.mark.parametrize("ending", ["solved", "closed"])
@pytest.mark.parametrize("answer", ["answered", "kept_turn"])
def test_a_reopened_question_is_never_late_at_once(ending, answer):
    *_, ended, reopened = steps(
        ASKED, (answer, "2026-12-16 12:00"), (ending, "2026-12-16 13:00"), ("reopened", "2026-12-29 13:00")
    )
    assert ended.standing == Standing(Turn.NOBODY, None, has_first_answer=True)
    assert reopened.standing.promise.kind is PromiseKind.NEXT_ANSWER
    assert reopened.standing.promise.due_at == berlin("2027-01-04 16:00")
    assert reopened.standing.solution_minutes_left == 2400  # whole again


def test_what_anna_solved_herself_before_an_answer_still_owes_her_the_first_one_when_reopened():
    standing = steps(ASKED, ("solved", "2026-12-16 12:00"), ("reopened", "2026-12-16 13:00"))[-1].standing
    assert standing.promise.kind is PromiseKind.FIRST_ANSWER


def test_a_moved_promise_is_the_same_promise_by_another_date():
    step = steps(ASKED, ("moved", "2026-12-16 15:00", moved("2026-12-18 12:00")))[-1]
    promise = step.standing.promise
    assert step.ended is Outcome.MOVED
    assert (promise.kind, promise.due_at, promise.is_moved) == (
        PromiseKind.FIRST_ANSWER,
        berlin("2026-12-18 12:00"),
        True,
    )
    assert (promise.counted_from, promise.minutes) == (berlin("2026-12-16 15:00"), 3 * 60 + 10 * 60 + 4 * 60)
    assert step.standing.solution_due_at == berlin("2026-12-22 11:00")


def test_moving_a_missed_promise_does_not_excuse_it():
    assert steps(ASKED, ("moved", "2026-12-17 10:00", moved("2026-12-18 12:00")))[-1].ended is Outcome.MISSED


@pytest.mark.parametrize(
    ("until", "error"),
    [
        ("2026-12-16 15:00:00", DateNotAhead),
        ("2026-12-16 14:59:59", DateNotAhead),
        ("1970-01-01 00:00", DateNotAhead),
        ("2028-12-16 15:00", DateTooFar),
        ("9999-12-31 00:00", DateTooFar),
    ],
)
def test_a_promise_moves_only_into_a_near_future(until, error):
    with pytest.raises(error):
        steps(ASKED, ("moved", "2026-12-16 15:00", moved(until)))


def test_a_new_date_belongs_to_moving_alone():
    for wrong in (("moved", "2026-12-16 15:00"), ("replied", "2026-12-16 15:00", moved("2026-12-18 12:00"))):
        with pytest.raises(ValueError, match="belongs to MOVED"):
            steps(ASKED, wrong)


TURNS = {
    None: (),
    Turn.OURS: (ASKED,),
    Turn.CUSTOMERS: (ASKED, ("answered", "2026-12-16 12:00")),
    Turn.NOBODY: (ASKED, ("answered", "2026-12-16 12:00"), ("solved", "2026-12-16 13:00")),
}
IMPOSSIBLE = [
    *((None, happening) for happening in Happening if happening is not Happening.ASKED),
    *((turn, Happening.ASKED) for turn in Turn),
    (Turn.OURS, Happening.REOPENED),
    (Turn.CUSTOMERS, Happening.REOPENED),
    (Turn.CUSTOMERS, Happening.MOVED),
    (Turn.NOBODY, Happening.REPLIED),
    (Turn.NOBODY, Happening.KEPT_TURN),
    (Turn.NOBODY, Happening.WAITS),
    (Turn.NOBODY, Happening.MOVED),
]


@pytest.mark.parametrize(("turn", "happening"), IMPOSSIBLE)
def test_what_cannot_happen_is_refused_by_name(turn, happening):
    more = moved("2026-12-21 12:00") if happening is Happening.MOVED else {}
    with pytest.raises(ImpossibleHappening):
        steps(*TURNS[turn], (happening, "2026-12-16 14:00", more))


@pytest.mark.parametrize("turn", list(Turn))
@pytest.mark.parametrize("happening", [each for each in Happening if each is not Happening.ASKED])
def test_everything_else_can_happen(turn, happening):
    if (turn, happening) not in IMPOSSIBLE:
        more = moved("2026-12-21 12:00") if happening is Happening.MOVED else {}
        assert steps(*TURNS[turn], (happening, "2026-12-16 14:00", more))[-1].standing


@pytest.mark.parametrize(
    ("turn", "happening"),
    [
        (Turn.CUSTOMERS, "answered"),
        (Turn.CUSTOMERS, "waits"),
        (Turn.CUSTOMERS, "hours_changed"),
        (Turn.NOBODY, "answered"),
        (Turn.NOBODY, "solved"),
        (Turn.NOBODY, "closed"),
        (Turn.NOBODY, "level_changed"),
        (Turn.NOBODY, "hours_changed"),
    ],
)
def test_what_changes_nothing_changes_nothing(turn, happening):
    *_, before, after = steps(*TURNS[turn], (happening, "2026-12-16 14:00"))
    assert after == Step(before.standing, None)


def test_a_desk_that_is_never_open_can_promise_nothing():
    with pytest.raises(NeverOpen):
        steps(ASKED, hours=replace(HOURS, week=((),) * 7))
