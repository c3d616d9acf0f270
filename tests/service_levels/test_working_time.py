"""Working time: tables computed by hand, and properties that hold for every week, zone and change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from portal.service_levels.business_hours import (
    BusinessHours,
    Period,
    SkippedDay,
    due_at,
    read_week,
    skipped_days,
    working_days_after,
    working_days_until,
    working_minutes,
)
from portal.service_levels.errors import NeverOpen
from tests.service_levels.desk import BERLIN, berlin, demo_hours, desk_hours, moment, office, on

DEMO = demo_hours()
LUNCH = office(mon=["9:00-12:30", "13:30-18:00"])
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = BusinessHours(BERLIN, read_week({day: ["0:00-0:00"] for day in EVERY_DAY}))
NIGHTS = BusinessHours(BERLIN, read_week({"fri": ["18:00-0:00"], "sat": ["0:00-6:00"]}))
VIENNA = desk_hours(place={"time_zone": "Europe/Vienna", "country": "AT", "state": "9"})
ZURICH = desk_hours(place={"time_zone": "Europe/Zurich", "country": "CH", "state": "ZH"})

DUE = [
    # hours, zone, asked, working minutes, due
    (DEMO, "Europe/Berlin", "2026-12-16 11:00", 480, "2026-12-17 09:00"),
    (DEMO, "Europe/Berlin", "2026-12-16 06:30", 60, "2026-12-16 09:00"),  # before opening
    (DEMO, "Europe/Berlin", "2026-12-16 18:00", 60, "2026-12-17 09:00"),  # the closing moment is closed
    (DEMO, "Europe/Berlin", "2026-12-16 16:00", 120, "2026-12-16 18:00"),  # due when it closes, not next morning
    (DEMO, "Europe/Berlin", "2026-12-18 17:00", 120, "2026-12-21 09:00"),  # over the weekend
    (DEMO, "Europe/Berlin", "2026-12-19 12:00", 0, "2026-12-21 08:00"),  # nothing to wait for, but closed
    (DEMO, "Europe/Berlin", "2026-12-16 11:00", 0, "2026-12-16 11:00"),
    (DEMO, "Europe/Berlin", "2026-12-16 18:00", 0, "2026-12-17 08:00"),  # it has just closed
    (DEMO, "Europe/Berlin", "2026-04-02 16:00", 240, "2026-04-07 10:00"),  # Good Friday to Easter Monday
    (DEMO, "Europe/Berlin", "2025-10-02 17:00", 120, "2025-10-06 09:00"),  # 3 October, a Friday
    (DEMO, "Europe/Berlin", "2026-10-02 17:00", 120, "2026-10-05 09:00"),  # 3 October, a Saturday
    (DEMO, "Europe/Berlin", "2026-12-23 17:00", 480, "2027-01-04 15:00"),  # Christmas closing and New Year
    (DEMO, "Europe/Berlin", "2025-12-31 17:00", 120, "2026-01-02 09:00"),  # over the end of a year
    (DEMO, "Europe/Berlin", "2027-01-05 17:00", 120, "2027-01-07 09:00"),  # Epiphany is a holiday here
    (DEMO, "Europe/Berlin", "2026-03-27 17:00", 120, "2026-03-30 09:00"),  # the clocks go forward on the 29th
    (DEMO, "Europe/Berlin", "2026-10-23 17:00", 120, "2026-10-26 09:00"),  # and back on 25 October
    (LUNCH, "Europe/Berlin", "2026-11-23 12:00", 60, "2026-11-23 14:00"),  # over lunch
    (LUNCH, "Europe/Berlin", "2026-11-23 12:00", 30, "2026-11-23 12:30"),  # due when lunch begins
    (ALWAYS, "Europe/Berlin", "2026-03-29 00:00", 180, "2026-03-29 04:00"),  # a night of 23 hours
    (ALWAYS, "Europe/Berlin", "2026-10-25 00:00", 240, "2026-10-25 03:00"),  # a night of 25 hours
    (ALWAYS, "Europe/Berlin", "2026-12-31 23:00", 120, "2027-01-01 01:00"),
    (NIGHTS, "Europe/Berlin", "2026-11-27 23:00", 120, "2026-11-28 01:00"),  # through midnight
    (VIENNA, "Europe/Vienna", "2026-10-23 16:00", 120, "2026-10-27 10:00"),  # clocks, and 26 October
    (ZURICH, "Europe/Zurich", "2025-07-31 16:00", 120, "2025-08-04 10:00"),  # 1 August, a Friday
]


@pytest.mark.parametrize(("hours", "zone", "asked", "minutes", "due"), DUE, ids=lambda value: str(value)[:16])
def test_due_after_that_many_working_minutes(hours, zone, asked, minutes, due):
    assert due_at(hours, moment(asked, zone), minutes) == moment(due, zone)


@pytest.mark.parametrize(("hours", "zone", "asked", "minutes", "due"), DUE, ids=lambda value: str(value)[:16])
def test_that_much_working_time_lies_between(hours, zone, asked, minutes, due):
    assert working_minutes(hours, moment(asked, zone), moment(due, zone)) == minutes


def test_working_time_counts_seconds_and_never_backwards():
    assert working_minutes(DEMO, berlin("2026-12-16 11:00:00"), berlin("2026-12-16 11:00:30")) == 0.5
    assert working_minutes(DEMO, berlin("2026-12-16 11:00"), berlin("2026-12-16 10:00")) == 0
    assert working_minutes(DEMO, berlin("2026-12-24 08:00"), berlin("2027-01-04 08:00")) == 0


@pytest.mark.parametrize(
    ("day", "written", "minutes"),
    [
        ("2026-03-29", ["1:00-4:00"], 120),
        ("2026-03-29", ["1:00-2:30", "3:00-4:00"], 120),  # the hour from 2 to 3 does not exist
        ("2026-03-29", ["2:00-3:00"], 0),
        ("2026-10-25", ["1:00-4:00"], 240),
        ("2026-10-25", ["1:00-2:30", "2:30-4:00"], 240),  # the hour from 2 to 3 comes twice, and counts twice
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_counts_as_it_passes(day, written, minutes):
    hours = BusinessHours(BERLIN, read_week({"sun": written}))
    start = berlin(f"{day} 00:00")
    assert working_minutes(hours, start, start + timedelta(hours=30)) == minutes


def test_a_period_in_the_hour_that_the_clocks_skip_does_not_open_that_day():
    hours = BusinessHours(BERLIN, read_week({"sun": ["2:00-3:00"]}))
    assert list(hours.openings(on("2026-03-29"))) == []
    assert len(list(hours.openings(on("2026-10-25")))) == 1


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-12-14 10:15", 5, "2026-12-21 10:15"),  # a week
        ("2026-12-18 16:00", 1, "2026-12-21 16:00"),  # Friday to Monday
        ("2026-12-19 12:00", 5, "2026-12-28 12:00"),  # a Saturday is no working day; 25 is closed in this table
        ("2026-12-14 21:00", 1, "2026-12-15 18:00"),  # after closing: the end of that day
        ("2026-12-14 03:00", 1, "2026-12-15 08:00"),  # before opening: its beginning
        ("2026-03-26 10:00", 2, "2026-03-30 10:00"),  # the same local time when the clocks have changed
        ("2026-10-22 10:00", 2, "2026-10-26 10:00"),
    ],
)
def test_working_days_later_it_is_the_same_time_of_day(start, days, end):
    closed = BusinessHours(BERLIN, DEMO.week, lambda day: "Weihnachten" if day == on("2026-12-25") else None)
    assert working_days_after(closed, berlin(start), days) == berlin(end)


def test_five_working_days_after_the_day_before_the_closing_lie_in_january():
    # 24 to 31 December closed, 1 January a holiday, 6 January Epiphany: 4, 5, 7, 8, 11 January.
    assert working_days_after(DEMO, berlin("2026-12-23 10:00"), 5) == berlin("2027-01-11 10:00")


@pytest.mark.parametrize(
    ("now", "needed_by", "days"),
    [
        ("2026-12-16 11:00", "2026-12-15", 0),
        ("2026-12-16 11:00", "2026-12-16", 0),
        ("2026-12-16 11:00", "2026-12-17", 1),
        ("2026-12-18 20:00", "2026-12-21", 1),  # Friday evening to Monday
        ("2026-12-23 11:00", "2027-01-04", 1),
        ("2026-12-31 23:30", "2027-01-01", 0),
    ],
)
def test_working_days_until_a_date(now, needed_by, days):
    assert working_days_until(DEMO, berlin(now), on(needed_by)) == days


def test_counting_days_stops_where_more_would_change_nothing():
    assert working_days_until(DEMO, berlin("2026-12-14 11:00"), on("2026-12-18"), at_most=3) == 3
    assert working_days_until(DEMO, berlin("2026-12-14 11:00"), on("2026-12-15"), at_most=3) == 1


def test_a_date_in_the_far_future_is_not_counted_day_by_day():
    assert 250 < working_days_until(DEMO, berlin("2026-12-16 11:00"), date.max) < 280


@pytest.mark.parametrize(
    ("start", "end", "skipped"),
    [
        ("2026-04-02 16:00", "2026-04-07 10:00", [("2026-04-03", "Karfreitag"), ("2026-04-06", "Ostermontag")]),
        ("2025-10-02 17:00", "2025-10-06 09:00", [("2025-10-03", "Tag der Deutschen Einheit")]),
        ("2026-10-02 17:00", "2026-10-05 09:00", []),  # a Saturday would have been closed anyway
        ("2026-04-03 12:00", "2026-04-04 00:00", [("2026-04-03", "Karfreitag")]),  # asked on the holiday itself
        ("2026-04-03 18:00", "2026-04-05 00:00", []),  # after the hour at which it would have closed
        (
            "2026-12-23 17:00",
            "2027-01-04 15:00",
            [(f"2026-12-{day}", "Betriebsruhe") for day in (24, 25, 28, 29, 30, 31)] + [("2027-01-01", "Neujahr")],
        ),
    ],
)
def test_skipped_days_are_those_that_would_have_been_open(start, end, skipped):
    expected = tuple(SkippedDay(on(day), name) for day, name in skipped)
    assert skipped_days(DEMO, berlin(start), berlin(end)) == expected


def test_skipped_days_have_their_name_in_the_reader_s_language():
    days = skipped_days(demo_hours("en"), berlin("2026-04-02 16:00"), berlin("2026-04-07 10:00"))
    assert [day.name for day in days] == ["Good Friday", "Easter Monday"]


def test_a_desk_that_is_never_open_is_named_and_not_waited_for():
    closed = BusinessHours(BERLIN, read_week({}))
    for late in (due_at, working_days_after):
        with pytest.raises(NeverOpen):
            late(closed, berlin("2026-12-16 11:00"), 1)
    assert working_minutes(closed, berlin("2026-01-01 00:00"), berlin("2026-12-31 00:00")) == 0


@pytest.mark.parametrize("minutes", [1e6, 1e300, float("inf")])
def test_working_time_that_takes_longer_than_400_days_is_refused(minutes):
    with pytest.raises(NeverOpen):
        due_at(DEMO, berlin("2026-12-16 11:00"), minutes)


@pytest.mark.parametrize("minutes", [-1, -0.001, float("nan")])
def test_no_time_passes_backwards(minutes):
    with pytest.raises(ValueError, match="write 0 or more"):
        due_at(DEMO, berlin("2026-12-16 11:00"), minutes)


def test_no_working_days_are_no_days():
    with pytest.raises(ValueError, match="write 1 or more"):
        working_days_after(DEMO, berlin("2026-12-16 11:00"), 0)


ZONES = st.sampled_from(["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"]).map(ZoneInfo)
# Around both changes of clocks more often than by chance.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)),
    st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 30)),
    st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26)),
    st.datetimes(datetime(2026, 12, 23), datetime(2027, 1, 7)),
).map(lambda found: found.replace(tzinfo=UTC))
QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


@st.composite
def days_of_periods(draw: st.DrawFn, quarters: list[time] = QUARTERS) -> tuple[Period, ...]:
    """Up to three periods of a day that do not overlap; the last may end at midnight."""
    edges = sorted(draw(st.sets(st.sampled_from(quarters), max_size=6)))
    pairs = [Period(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False)]
    ends_at_midnight = len(edges) % 2 == 1
    return (*pairs, Period(edges[-1], time(0))) if ends_at_midnight else tuple(pairs)


@st.composite
def any_hours(draw: st.DrawFn, quarters: list[time] = QUARTERS) -> BusinessHours:
    """Any week that opens at least once, with a few holidays."""
    week = tuple(draw(days_of_periods(quarters)) for _ in range(7))
    assume(any(week))
    remainder = draw(st.integers(0, 12))
    return BusinessHours(draw(ZONES), week, lambda day: "frei" if day.toordinal() % 13 == remainder else None)


HOURS = any_hours()
MINUTES = st.one_of(st.integers(0, 3000), st.floats(0, 3000, allow_nan=False))


def due_if_reachable(hours: BusinessHours, start: datetime, minutes: float) -> datetime:
    """The due moment; examples whose hours are too few say nothing."""
    try:
        return due_at(hours, start, minutes)
    except NeverOpen:
        assume(False)
        raise


@settings(max_examples=150, deadline=None)
@given(HOURS, MOMENTS, MINUTES)
@example(DEMO, berlin("2026-03-29 02:59"), 1)
def test_working_minutes_are_the_inverse_of_due_at(hours, start, minutes):
    due = due_if_reachable(hours, start, minutes)
    assert working_minutes(hours, start, due) == pytest.approx(minutes, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(HOURS, MOMENTS, MINUTES)
def test_nothing_is_due_outside_of_the_hours_or_before_it_was_asked(hours, start, minutes):
    due = due_if_reachable(hours, start, minutes)
    local = due.astimezone(hours.zone).date()
    around = [opening for day in (local - timedelta(days=1), local) for opening in hours.openings(day)]
    assert due >= start
    assert any(opens <= due <= closes for opens, closes in around)


@settings(max_examples=150, deadline=None)
@given(HOURS, MOMENTS, MINUTES, MINUTES, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_more_time_and_a_later_question_are_never_due_earlier(hours, start, minutes, more, later):
    due = due_if_reachable(hours, start, minutes)
    assert due <= due_if_reachable(hours, start, minutes + more)
    assert due <= due_if_reachable(hours, start + later, minutes)


@settings(max_examples=150, deadline=None)
@given(HOURS, MOMENTS, MINUTES, MINUTES)
def test_two_stretches_of_working_time_are_as_long_as_one(hours, start, first, second):
    middle = due_if_reachable(hours, start, first)
    together = due_if_reachable(hours, start, first + second)
    apart = due_if_reachable(hours, middle, second)
    # Where a period ends, "after nothing more" may be its end or the next opening: no working time lies between.
    assert working_minutes(hours, min(apart, together), max(apart, together)) == pytest.approx(0, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(HOURS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_working_time_adds_up_and_never_exceeds_the_time_that_passed(hours, start, one, two):
    whole = working_minutes(hours, start, start + one + two)
    parts = working_minutes(hours, start, start + one) + working_minutes(hours, start + one, start + one + two)
    assert whole == pytest.approx(parts, abs=1e-6)
    assert whole <= (one + two) / timedelta(minutes=1)


@settings(max_examples=25, deadline=None)
@given(
    any_hours([each for each in QUARTERS if each.hour not in (2, 3)]),
    MOMENTS.map(lambda found: found.replace(second=0, microsecond=0)),
    st.integers(0, 3 * 24 * 60),
)
@example(ALWAYS, berlin("2026-03-28 00:00"), 3 * 24 * 60)
@example(ALWAYS, berlin("2026-10-24 00:00"), 3 * 24 * 60)
def test_working_time_is_what_a_clock_on_the_wall_counts(hours, start, passed):
    """Minute by minute, by looking at the wall: another way to the same number, also when the clocks change."""
    wall = (start + timedelta(minutes=minute) for minute in range(passed))
    open_minutes = sum(is_open_by_the_wall(hours, each.astimezone(hours.zone)) for each in wall)
    assert working_minutes(hours, start, start + timedelta(minutes=passed)) == open_minutes


def is_open_by_the_wall(hours: BusinessHours, local: datetime) -> bool:
    """Whether the hands of the clock stand within a period of today."""
    now = local.time()
    return hours.holiday(local.date()) is None and any(
        period.opens <= now and (now < period.closes or period.closes == time(0))
        for period in hours.week[local.weekday()]
    )


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), ZONES)
def test_a_day_outside_the_night_is_as_long_in_summer_as_in_winter(day, zone):
    hours = BusinessHours(zone, read_week({name: ["8:00-18:00"] for name in ("mon", "sun")}))
    opened = sum(((closes - opens) for opens, closes in hours.openings(day)), timedelta(0))
    assert opened == (timedelta(hours=10) if day.weekday() in (0, 6) else timedelta(0))
    assert all(opens.astimezone(zone).time() == time(8) for opens, _ in hours.openings(day))


@settings(max_examples=100, deadline=None)
@given(HOURS, MOMENTS, st.integers(1, 12))
def test_a_reminder_comes_on_a_working_day_within_its_hours_and_later_days_later(hours, start, days):
    end, later = working_days_after(hours, start, days), working_days_after(hours, start, days + 1)
    day = end.astimezone(hours.zone).date()
    at_midnight = end.astimezone(hours.zone).time() == time(0)
    counted = working_days_until(hours, start, day - timedelta(days=at_midnight and end == closing_before(hours, day)))
    assert end <= later
    assert counted == days


def closing_before(hours: BusinessHours, day: date) -> datetime | None:
    """The closing of the day before, where it closes at midnight."""
    return next((closes for _, closes in reversed(list(hours.openings(day - timedelta(days=1))))), None)
