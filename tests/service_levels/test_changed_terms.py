"""Another level or other hours make another promise, never one in the past."""

from dataclasses import replace

import pytest

from portal.service_levels.business_hours import SkippedDay
from portal.service_levels.rules import Outcome, Step
from tests.service_levels.desk import berlin, desk_hours, on
from tests.service_levels.happenings import ASKED, HINDRANCE, HOURS, OUTAGE, QUESTION, changed, moved, steps


@pytest.mark.parametrize(
    ("levels", "at", "counted_from", "due", "ended"),
    [
        # Calmer: more time from the same moment.
        ((HINDRANCE, QUESTION), "2026-12-16 12:00", "2026-12-16 11:00", "2026-12-17 09:00", Outcome.REPLACED),
        # More urgent, and still ahead when counted from the question.
        ((QUESTION, HINDRANCE), "2026-12-16 12:00", "2026-12-16 11:00", "2026-12-16 15:00", Outcome.REPLACED),
        # More urgent, but that moment is over: counted from now.
        ((QUESTION, OUTAGE), "2026-12-16 13:00", "2026-12-16 13:00", "2026-12-16 14:00", Outcome.REPLACED),
        # Exactly now is not ahead.
        ((QUESTION, OUTAGE), "2026-12-16 12:00", "2026-12-16 12:00", "2026-12-16 13:00", Outcome.REPLACED),
        # More urgent shortly before the date that Anna has: that date holds.
        ((QUESTION, OUTAGE), "2026-12-17 08:30", "2026-12-16 11:00", "2026-12-17 09:00", Outcome.REPLACED),
        # Missed already: a fresh date, but missed.
        ((QUESTION, OUTAGE), "2026-12-17 10:00", "2026-12-17 10:00", "2026-12-17 11:00", Outcome.MISSED),
        ((OUTAGE, QUESTION), "2026-12-16 12:30", "2026-12-16 11:00", "2026-12-17 09:00", Outcome.MISSED),
    ],
)
def test_another_level_makes_another_promise_but_never_one_in_the_past(levels, at, counted_from, due, ended):
    first, second = levels
    asked, step = steps((*ASKED, changed(first)), ("level_changed", at, changed(second)))
    promise = step.standing.promise
    assert (promise.level, promise.kind) == (second.slug, asked.standing.promise.kind)
    assert (promise.counted_from, promise.due_at, step.ended) == (berlin(counted_from), berlin(due), ended)
    assert promise.due_at > berlin(at)
    assert step.standing.solution_due_at > berlin(at)


def test_another_level_counts_its_time_for_the_solution_from_now():
    step = steps(ASKED, ("level_changed", "2026-12-16 13:00", changed(OUTAGE)))[-1]
    assert step.standing.solution_due_at == berlin("2026-12-17 13:00")
    waiting = steps(ASKED, ("answered", "2026-12-16 12:00"), ("level_changed", "2026-12-16 13:00", changed(OUTAGE)))[-1]
    assert waiting.standing.solution_minutes_left == 600


def test_the_same_level_again_changes_nothing():
    asked, step = steps(ASKED, ("level_changed", "2026-12-16 13:00"))
    assert step == Step(asked.standing, None)


LONGER = desk_hours(hours={day: ["7:00-22:00"] for day in ("mon", "tue", "wed", "thu", "fri")})
SHORTER = desk_hours(hours={day: ["10:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri")})


@pytest.mark.parametrize(
    ("hours", "at", "due", "ended"),
    [
        (HOURS, "2026-12-16 12:00", "2026-12-17 09:00", None),
        (LONGER, "2026-12-16 12:00", "2026-12-16 19:00", Outcome.REPLACED),  # more hours, an earlier date
        (LONGER, "2026-12-16 20:00", "2026-12-17 09:00", None),  # that would be over: Anna's date holds
        (SHORTER, "2026-12-16 12:00", "2026-12-22 11:00", Outcome.REPLACED),  # fewer hours, a later date
        (SHORTER, "2026-12-17 10:00", "2026-12-22 11:00", Outcome.MISSED),  # missed, and now with a date ahead
        (LONGER, "2026-12-17 10:00", "2026-12-17 09:00", None),  # missed stays missed
    ],
)
def test_other_hours_move_the_date_but_never_into_the_past(hours, at, due, ended):
    step = steps(ASKED, ("hours_changed", at, changed(hours=hours)))[-1]
    assert (step.standing.promise.due_at, step.ended) == (berlin(due), ended)


def test_a_forgotten_closure_moves_the_date_and_names_the_day():
    week = {day: ["8:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    closed = desk_hours(hours=week, closed=[{"name": "Umzug", "from": on("2026-12-17")}])
    step = steps(ASKED, ("hours_changed", "2026-12-16 12:00", changed(hours=closed)))[-1]
    assert step.standing.promise.due_at == berlin("2026-12-18 09:00")
    assert step.standing.promise.skipped == (SkippedDay(on("2026-12-17"), "Umzug"),)


def test_a_changed_target_is_taken_over_with_the_hours():
    faster = replace(QUESTION, first_answer=120)
    step = steps(ASKED, ("hours_changed", "2026-12-16 12:00", changed(faster)))[-1]
    assert step.standing.promise.due_at == berlin("2026-12-16 13:00")


def test_a_shorter_target_that_would_be_over_already_counts_from_now():
    faster = replace(QUESTION, first_answer=60)
    standing = steps(ASKED, ("hours_changed", "2026-12-16 14:00", changed(faster)))[-1].standing
    assert standing.promise.counted_from == berlin("2026-12-16 14:00")
    assert standing.promise.due_at == berlin("2026-12-16 15:00")
    assert standing.solution_minutes_left == 2400 - 180
    assert standing.solution_due_at == berlin("2026-12-22 11:00")  # that clock goes on as it was


def test_a_solution_target_that_is_gone_from_the_file_is_forgotten_at_the_next_turn():
    without = changed(replace(QUESTION, solution=None))
    standing = steps(ASKED, ("answered", "2026-12-16 12:00"), ("replied", "2026-12-16 13:00", without))[-1].standing
    assert (standing.solution_minutes_left, standing.solution_due_at) == (None, None)


def test_a_date_that_clara_named_survives_other_hours_but_not_another_level():
    named = ("moved", "2026-12-16 12:00", moved("2026-12-18 12:00"))
    step = steps(ASKED, named, ("hours_changed", "2026-12-16 13:00", changed(hours=LONGER)))[-1]
    assert (step.standing.promise.due_at, step.ended) == (berlin("2026-12-18 12:00"), None)
    step = steps(ASKED, named, ("level_changed", "2026-12-16 12:30", changed(OUTAGE)))[-1]
    assert (step.standing.promise.due_at, step.ended) == (berlin("2026-12-16 13:00"), Outcome.REPLACED)
    assert not step.standing.promise.is_moved


def test_other_hours_never_put_the_solution_into_the_past():
    # Four of forty hours are left on Monday at 17:00; the longer hours would have ended them at 21:00.
    _, before, after = steps(
        ASKED, ("kept_turn", "2026-12-21 17:00"), ("hours_changed", "2026-12-21 21:30", changed(hours=LONGER))
    )
    assert after.standing.promise.due_at == berlin("2026-12-22 10:00")
    assert after.standing.solution_due_at == before.standing.solution_due_at == berlin("2026-12-22 11:00")
