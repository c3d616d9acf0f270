"""Public holidays of the chosen state, and days the company closes by itself."""

from datetime import date

import pytest

from portal.service_levels.calendar import read_calendar


def test_a_holiday_of_the_state_is_known_by_its_german_name():
    holiday = read_calendar({"country": "DE", "state": "BW"}, [], "de")
    assert holiday(date(2026, 1, 6)) == "Heilige Drei Könige"
    assert holiday(date(2026, 1, 7)) is None


def test_another_state_has_other_holidays():
    assert read_calendar({"country": "DE", "state": "BE"}, [], "de")(date(2026, 1, 6)) is None


@pytest.mark.parametrize(("country", "state", "day"), [("AT", "9", date(2026, 10, 26)), ("CH", "ZH", date(2026, 8, 1))])
def test_austria_and_switzerland_work_too(country, state, day):
    assert read_calendar({"country": country, "state": state}, [], "de")(day)


def test_company_holidays_count_with_their_first_and_last_day():
    holiday = read_calendar(
        {}, [{"name": "Betriebsruhe", "from": date(2026, 12, 28), "until": date(2026, 12, 30)}], "de"
    )
    assert [holiday(date(2026, 12, day)) for day in (27, 28, 30, 31)] == [None, "Betriebsruhe", "Betriebsruhe", None]


@pytest.mark.parametrize(
    ("place", "closed"),
    [
        ({"country": "XX"}, []),
        ({"country": "DE", "state": "ZZ"}, []),
        ({}, [{"name": "x"}]),
        ({}, [{"from": date(2026, 2, 2), "until": date(2026, 1, 1)}]),
    ],
)
def test_what_is_unknown_is_refused_with_a_sentence(place, closed):
    with pytest.raises(ValueError, match=r"not known|needs dates"):
        read_calendar(place, closed, "de")
