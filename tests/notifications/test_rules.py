"""When to try again, and how often strangers may have an address written to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from portal.notifications.rules import free_again, next_try

NOW = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)


# What the two specs name, in minutes after the first time: DR-05, and leaving 2.8 for what the law demands.
NAMED = {1, 5, 15, 30, 60} | {1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 48 * 60}


def tries() -> list[int]:
    """In how many minutes after the first time a mail is tried again, as long as every try fails at once."""
    moments = [NOW]
    while (following := next_try(len(moments), moments[-1])) is not None:
        moments.append(following)
    return [round((moment - NOW).total_seconds() / 60) for moment in moments]


def test_a_mail_is_tried_at_every_moment_that_the_specs_name():
    assert set(tries()) >= NAMED


def test_a_mail_is_tried_for_more_than_four_days_and_never_more_than_four_hours_apart():
    pauses = [later - sooner for sooner, later in pairwise(tries())]
    assert sum(pauses) >= 4 * 24 * 60
    assert max(pauses) <= 4 * 60 and pauses == sorted(pauses)


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
