"""Moments as the desk writes them: in the company's zone, in the reader's language, the year where it is far away."""

from datetime import UTC, datetime

import pytest
from flask import g

from portal.desk.words import desk_moment

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
