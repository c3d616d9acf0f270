"""Opening hours: tables of moments, and properties that hold for every week."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.service_levels.business_hours import BusinessHours, Period, closes_at, next_opening, read_week

BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = {day: ["9:00-12:30", "13:30-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
HOURS = BusinessHours(
    BERLIN,
    read_week(WEEKDAYS | {"sat": ["9:00-13:00"]}),
    lambda day: "Weihnachten" if day == date(2026, 12, 25) else None,
)


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-11-23 08:59:59", None),  # Monday before opening
        ("2026-11-23 09:00:00", "2026-11-23 12:30:00"),  # the opening second counts
        ("2026-11-23 12:29:59", "2026-11-23 12:30:00"),
        ("2026-11-23 12:30:00", None),  # the closing second does not
        ("2026-11-23 13:00:00", None),  # lunch
        ("2026-11-23 17:59:59", "2026-11-23 18:00:00"),
        ("2026-11-28 12:00:00", "2026-11-28 13:00:00"),  # Saturday
        ("2026-11-29 12:00:00", None),  # Sunday
        ("2026-12-25 10:00:00", None),  # a holiday on a Friday
    ],
)
def test_open_until(now, closes):
    assert closes_at(HOURS, local(now)) == (local(closes) if closes else None)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23 08:00:00", "2026-11-23 09:00:00"),
        ("2026-11-23 12:45:00", "2026-11-23 13:30:00"),
        ("2026-11-28 13:00:00", "2026-11-30 09:00:00"),  # Saturday noon to Monday
        ("2026-12-24 19:00:00", "2026-12-26 09:00:00"),  # over the holiday
        ("2026-12-31 18:00:00", "2027-01-01 09:00:00"),  # over the end of the year (this calendar knows one holiday)
    ],
)
def test_next_opening(now, opens):
    assert next_opening(HOURS, local(now)) == local(opens)


def test_hours_are_local_on_both_days_of_changing_clocks():
    always = BusinessHours(BERLIN, read_week({"sun": ["1:00-6:00"]}))
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    lengths = [end - start for day in (spring, autumn) for start, end in always.openings(day)]
    assert lengths == [timedelta(hours=4), timedelta(hours=6)]


def test_midnight_closes_at_the_end_of_the_day():
    late = BusinessHours(BERLIN, read_week({"fri": ["18:00-0:00"]}))
    assert closes_at(late, local("2026-11-27 23:59:59")) == local("2026-11-28 00:00:00")


def test_a_company_that_never_opens_has_no_next_opening():
    assert next_opening(BusinessHours(BERLIN, read_week({})), local("2026-11-23 08:00:00")) is None


@pytest.mark.parametrize(
    "written",
    [{"mo": ["8:00-18:00"]}, {"mon": ["18:00-8:00"]}, {"mon": ["8-18 Uhr"]}, {"mon": ["25:00-26:00"]}, ["8:00-18:00"]],
)
def test_hours_that_make_no_sense_are_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match=r"write|split|must"):
        read_week(written)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)),
    st.sampled_from(["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"]),
)
def test_it_is_open_at_the_moment_it_next_opens_and_closed_just_before(moment, zone):
    hours = BusinessHours(ZoneInfo(zone), HOURS.week, HOURS.holiday)
    now = moment.replace(tzinfo=UTC)
    opens = next_opening(hours, now)
    assert opens is not None and opens > now
    assert closes_at(hours, opens) is not None
    if closes_at(hours, now) is None:
        assert closes_at(hours, opens - timedelta(microseconds=1)) is None


def test_periods_are_read_in_order_whatever_order_they_were_written_in():
    assert read_week({"mon": ["13:30-18:00", "9:00-12:30"]})[0] == (
        Period(time(9), time(12, 30)),
        Period(time(13, 30), time(18)),
    )
