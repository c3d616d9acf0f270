"""When somebody is warned, reminded, told a new date; until when a question opens again."""

from datetime import timedelta

import pytest

from portal.service_levels.rules import closing_at, is_overdue, new_date, reminder_at, reopen_until, warn_at
from tests.service_levels.desk import BERLIN, berlin
from tests.service_levels.happenings import ASKED, HOURS, QUESTION, moved, steps


def test_the_warning_comes_when_three_quarters_of_the_time_have_passed():
    promise = steps(ASKED)[-1].standing.promise
    assert warn_at(HOURS, promise) == berlin("2026-12-16 17:00")  # six of eight hours


def test_the_warning_for_a_date_outside_of_the_hours_is_not_after_the_date():
    sunday = steps(("asked", "2026-12-18 18:00"), ("moved", "2026-12-19 10:00", moved("2026-12-20 10:00")))
    promise = sunday[-1].standing.promise
    assert (promise.minutes, warn_at(HOURS, promise)) == (0, berlin("2026-12-20 10:00"))


def test_the_due_moment_itself_is_in_time():
    due = berlin("2026-12-17 09:00")
    assert not is_overdue(due, due)
    assert is_overdue(due, due + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("now", "date"),
    [
        ("2026-12-17 09:00", "2026-12-17 09:00"),  # not missed yet
        ("2026-12-17 09:01", "2026-12-17 17:00"),  # eight hours after the missed date
        ("2026-12-17 16:59", "2026-12-17 17:00"),
        ("2026-12-17 17:00", "2026-12-18 15:00"),  # missed again: eight more
        ("2026-12-17 20:00", "2026-12-18 15:00"),
    ],
)
def test_a_missed_promise_has_a_new_date_that_is_always_ahead_and_does_not_creep(now, date):
    promise = steps(ASKED)[-1].standing.promise
    assert new_date(HOURS, promise, QUESTION, berlin(now)) == berlin(date)


def test_silence_is_reminded_after_five_working_days_and_closed_after_ten():
    since = berlin("2026-12-16 12:00")
    assert reminder_at(HOURS, since) == berlin("2026-12-23 12:00")
    assert closing_at(HOURS, since) == berlin("2027-01-11 12:00")
    assert reminder_at(HOURS, since, days=1) == berlin("2026-12-17 12:00")


def test_a_closed_question_can_be_reopened_until_the_end_of_the_day_that_is_shown():
    closed_at = berlin("2026-10-20 15:00")
    assert reopen_until(closed_at, zone=BERLIN) == berlin("2026-11-03 23:59:59")
    assert reopen_until(closed_at, days=30, zone=BERLIN) == berlin("2026-11-19 23:59:59")
