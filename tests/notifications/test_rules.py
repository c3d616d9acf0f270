"""When to try again, and how often strangers may have an address written to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from portal.notifications.rules import free_again, next_try

NOW = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (20, 240), (32, 240)]
)
def test_a_mail_is_tried_again_after_growing_pauses(tries, minutes):
    assert next_try(tries, NOW) == NOW + timedelta(minutes=minutes)


def test_a_mail_is_tried_for_more_than_four_days_and_never_more_than_four_hours_apart():
    moments, tries = [NOW], 0
    while (following := next_try(tries := tries + 1, moments[-1])) is not None:
        moments.append(following)
    assert moments[-1] - moments[0] >= timedelta(days=4)
    pauses = [later - sooner for sooner, later in pairwise(moments)]
    assert max(pauses) <= timedelta(hours=4) and pauses == sorted(pauses)


@pytest.mark.parametrize(
    ("minutes_ago", "free_in"),
    [
        ([], None),
        ([5, 10], None),
        ([5, 10, 59], 1),
        ([5, 10, 61], None),
        ([5, 10, 15, 20], 45),
        ([100 + each for each in range(10)], 24 * 60 - 109),
        ([24 * 60 - 10 + each for each in range(10)], 1),
        ([24 * 60 - 5 + each for each in range(10)], None),
    ],
)
def test_an_address_gets_three_such_mails_in_an_hour_and_ten_in_a_day(minutes_ago, free_in):
    sent_at = [NOW - timedelta(minutes=each) for each in minutes_ago]
    assert free_again(sent_at, NOW) == (None if free_in is None else NOW + timedelta(minutes=free_in))
