"""The service desk's own hours: from [hours], with closures and bridging days; every mistake has a sentence."""

from datetime import date, datetime, timedelta

import pytest

from portal.foundation.company import read_company
from portal.service_levels.business_hours import due_at, read_week
from portal.service_levels.desk_hours import read_desk_hours
from tests.service_levels.desk import CONTENT, OFFICE, berlin, demo_hours, desk_hours, on

BW = {"country": "DE", "state": "BW"}


def test_the_demo_desk_works_while_the_phone_is_answered_but_not_on_saturdays():
    assert demo_hours().week == read_week(OFFICE)


def test_a_company_without_hours_answers_when_offices_do():
    assert desk_hours().week == read_week({day: ["9:00-17:00"] for day in OFFICE})


def test_the_hours_of_the_phone_are_not_those_of_the_desk():
    phone = {"kind": "phone", "hours": {"sat": ["9:00-13:00"]}}
    assert desk_hours(contact=[phone]).week[5] == ()


def test_the_same_company_file_is_read_once():
    company = read_company(CONTENT)
    assert read_desk_hours(company, "de") is read_desk_hours(company, "de")
    assert read_desk_hours(company, "de") is not read_desk_hours(read_company(CONTENT), "de")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-05-15", "Brückentag"),  # Friday after Ascension Day
        ("2026-06-05", "Brückentag"),  # Friday after Corpus Christi
        ("2026-01-02", "Brückentag"),  # Friday after New Year
        ("2026-01-05", "Brückentag"),  # Monday before Epiphany
        ("2026-05-14", "Christi Himmelfahrt"),
        ("2026-05-13", None),
        ("2026-04-02", None),  # Maundy Thursday: the day after is a holiday, the day before an open Wednesday
        ("2026-10-02", None),  # the holiday falls on a Saturday, so no day lies between
        ("2026-10-05", None),
        ("2026-12-23", None),
    ],
)
def test_bridging_days_are_closed_where_the_company_says_so(day, name):
    assert desk_hours(place=BW, hours=OFFICE | {"bridging": "closed"}).holiday(on(day)) == name


def test_bridging_days_are_open_otherwise():
    for hours in (desk_hours(place=BW, hours=OFFICE), desk_hours(place=BW, hours=OFFICE | {"bridging": "open"})):
        assert hours.holiday(on("2026-05-15")) is None
        assert due_at(hours, berlin("2026-05-13 17:00"), 120) == berlin("2026-05-15 09:00")


def test_a_promise_skips_a_bridging_day():
    hours = desk_hours(place=BW, hours=OFFICE | {"bridging": "closed"})
    assert due_at(hours, berlin("2026-05-13 17:00"), 120) == berlin("2026-05-18 09:00")


def test_bridging_days_have_an_english_name():
    assert desk_hours("en", place=BW, hours=OFFICE | {"bridging": "closed"}).holiday(on("2026-05-15")) == "bridging day"


def test_a_closure_makes_no_bridging_days():
    closed = [{"name": "Inventur", "from": on("2026-11-19")}]  # a Thursday
    hours = desk_hours(place=BW, hours=OFFICE | {"bridging": "closed"}, closed=closed)
    assert hours.holiday(on("2026-11-19")) == "Inventur"
    assert hours.holiday(on("2026-11-20")) is None


def test_a_saturday_after_a_holiday_is_no_bridging_day():
    hours = desk_hours(place=BW, hours=OFFICE | {"sat": ["9:00-13:00"], "bridging": "closed"})
    assert hours.holiday(on("2026-04-04")) is None  # between Good Friday and Easter Sunday


def test_a_holiday_on_a_closed_weekday_makes_no_bridging_day():
    closed = [{"name": "Inventur", "from": on("2026-10-01")}]  # Thursday; 3 October is a Saturday
    hours = desk_hours(place=BW, hours=OFFICE | {"bridging": "closed"}, closed=closed)
    assert hours.holiday(on("2026-10-02")) is None


def test_a_day_that_is_closed_every_week_is_no_bridging_day():
    week = {day: OFFICE[day] for day in ("mon", "tue", "wed", "thu")}
    assert desk_hours(place=BW, hours=week | {"bridging": "closed"}).holiday(on("2026-05-15")) is None


def test_a_closure_has_a_name_in_both_languages():
    closed = [{"name": {"de": "Betriebsruhe", "en": "company closure"}, "from": on("2026-11-19")}]
    assert [desk_hours(each, closed=closed).holiday(on("2026-11-19")) for each in ("de", "en")] == [
        "Betriebsruhe",
        "company closure",
    ]


def test_a_closure_without_a_name_is_closed_all_the_same():
    assert desk_hours(closed=[{"from": on("2026-11-19")}]).holiday(on("2026-11-19")) == "2026-11-19"


@pytest.mark.parametrize(
    "sections",
    [
        {"hours": "8-18"},
        {"hours": {}},
        {"hours": {"bridging": "closed"}},
        {"hours": {"mon": []}},
        {"hours": {"monday": ["8:00-18:00"]}},
        {"hours": {"mon": "8:00-18:00"}},
        {"hours": {"mon": ["8:00-12:00", "11:00-18:00"]}},
        {"hours": {"mon": ["18:00-0:00", "20:00-22:00"]}},
        {"hours": {"mon": ["8:00-18:00+02"]}},
        {"hours": {"mon": [8]}},
        {"hours": OFFICE | {"bridging": True}},
        {"hours": OFFICE | {"bridging": "shut"}},
        {"closed": {"from": date(2026, 12, 24)}},
        {"closed": "always"},
        {"closed": ["2026-12-24"]},
        {"closed": [{"from": date(2026, 12, 24), "until": date(9026, 12, 31)}]},
        {"closed": [{"from": datetime(2026, 12, 24, 8, 0), "until": date(2026, 12, 31)}]},
        {"place": {"state": "ZZ"}},
    ],
    ids=str,
)
def test_hours_that_make_no_sense_are_refused_with_a_sentence(sections):
    with pytest.raises(ValueError, match=r"write|must|split|needs dates"):
        desk_hours(**sections)


def test_the_longest_closure_is_a_year():
    first = on("2026-12-24")
    hours = desk_hours(closed=[{"from": first, "until": first + timedelta(days=366)}])
    assert hours.holiday(first + timedelta(days=366))
    assert not hours.holiday(on("2027-12-27"))
