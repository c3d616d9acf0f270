"""Moments as the desk writes them: in the company's zone, in the reader's language, the year where it is far away."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import g

from portal.desk.rules import countdown
from portal.desk.words import desk_moment, time_left, time_left_in_full
from portal.questions.queries import desk_hours

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MOMENTS = [
    (datetime(2026, 12, 16, 11, 0, tzinfo=UTC), "Mi., 16. Dez., 12:00", "Wed, 16 Dec, 12:00"),
    # In summer the company is two hours ahead, and the day may be the next one.
    (datetime(2026, 9, 6, 22, 5, tzinfo=UTC), "Mo., 7. Sept., 00:05", "Mon, 7 Sept, 00:05"),
    (datetime(2025, 3, 1, 8, 30, tzinfo=UTC), "1. März 2025, 09:30", "1 Mar 2025, 09:30"),
    (datetime(2027, 12, 31, 23, 30, tzinfo=UTC), "1. Jan. 2028, 00:30", "1 Jan 2028, 00:30"),
]


@pytest.mark.parametrize(("moment", "german", "english"), MOMENTS)
def test_moments_are_written_as_each_language_does(app, moment: datetime, german: str, english: str) -> None:
    for language, written in (("de", german), ("en", english)):
        with app.test_request_context("/"):
            g.language = language
            shown = desk_moment(moment, NOW)
            # A line breaks before the time and nowhere else.
            assert shown.replace("\N{NO-BREAK SPACE}", " ") == written and shown.count(" ") == 1


WAITED = [
    (timedelta(minutes=20), "seit 20 Min. überfällig", "20 min overdue"),
    (timedelta(hours=16, minutes=5), "seit 16 Std. überfällig", "16 h overdue"),
    (timedelta(days=1, hours=2), "seit 1 Tag überfällig", "1 day overdue"),
    (timedelta(days=4, hours=23), "seit 4 Tagen überfällig", "4 days overdue"),
]


@pytest.mark.parametrize(("waited", "german", "english"), WAITED)
def test_what_is_overdue_is_told_in_the_time_that_the_customer_has_waited(app, waited, german, english) -> None:
    """Closed hours count: somebody who was promised an answer for Thursday has waited four days on Monday."""
    for language, written in (("de", german), ("en", english)):
        with app.test_request_context("/"):
            g.language = language
            left = countdown(desk_hours("de"), NOW - waited, NOW)
            assert {_plain(say(left)) for say in (time_left, time_left_in_full)} == {written}


def test_what_is_left_is_the_time_in_which_somebody_is_there(app) -> None:
    """From Wednesday noon until Thursday noon."""
    with app.test_request_context("/"):
        g.language = "de"
        left = countdown(desk_hours("de"), NOW + timedelta(days=1), NOW)
        assert _plain(time_left(left)) == "noch 10 Std."
        assert _plain(time_left_in_full(left)) == "noch 10 Std. Servicezeit"


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
