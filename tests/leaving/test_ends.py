"""When contracts end: W1 to W16 as tables, and properties that hold for all terms (points 40-42)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.papers import Paper
from portal.contracts.rules.terms import Country, Grid, Renewal, Span, Terms, Unit, flaws, next_end
from portal.leaving.rules.ends import Check, Wish, day_before_decides, end_of, has_deadline, local_date, next_grid
from portal.leaving.rules.periods import Timeliness, timeliness, withdrawal_ends_on
from portal.leaving.rules.retention import kept_until, may_be_deleted

ZONES = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich")
MONTH = Span(1, Unit.MONTHS)


def terms(**given) -> Terms:
    usual = {"started_on": date(2025, 3, 15), "notice": MONTH, "billing": MONTH}
    return Terms(**{**usual, **given})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


MONTHLY = terms(notice=Span(0, Unit.DAYS), grid=Grid.PERIOD_END)
ANY_DAY = terms()
FIRST_TERM = terms(started_on=date(2026, 4, 1), first_term_end=date(2027, 3, 31))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "row",
    [
        ("W1 to the end of what is paid", MONTHLY, "2026-11-22 22:58:41", None, "2026-12-14"),
        ("W2 one month, any day", ANY_DAY, "2026-11-22 13:00:00", None, "2026-12-22"),
        ("W3 no 31 February", ANY_DAY, "2027-01-31 12:00:00", None, "2027-02-28"),
        ("W4 the last seconds of February", FIRST_TERM, "2027-02-28 22:59:58", None, "2027-03-31"),
        ("W5 March has begun, not so in UTC", FIRST_TERM, "2027-02-28 23:00:03", None, "2027-04-01"),
        ("W8 a later wish", ANY_DAY, "2026-11-22 12:00:00", "2027-06-30", "2027-06-30"),
        ("W9 a wish that is too early", ANY_DAY, "2026-11-22 12:00:00", "2026-11-30", "2026-12-22"),
    ],
)
def test_an_ordinary_cancellation_ends_the_contract_on_the_day_of_the_table(row, zone):
    """Points 40 and 42."""
    case, agreed, received, wished, ends = row
    agreed = Terms(**{**vars(agreed), "zone": zone})
    end = end_of(agreed, utc(received), Wish(on=day(wished) if wished else None))
    assert end.ends_on == day(ends), case


def test_both_presses_in_the_doubled_hour_keep_their_order_and_their_day():
    """W6, point 42."""
    first, second = utc("2026-10-25 00:30:00"), utc("2026-10-25 01:30:00")
    berlin = [moment.astimezone(ZoneInfo("Europe/Berlin")) for moment in (first, second)]
    assert [f"{each:%H:%M:%S %Z %z}" for each in berlin] == ["02:30:00 CEST +0200", "02:30:00 CET +0100"]
    assert first < second
    assert {end_of(ANY_DAY, moment).ends_on for moment in (first, second)} == {day("2026-11-25")}


@pytest.mark.parametrize(
    ("received", "until"),
    [
        ("2026-12-31 22:59:59", "2032-12-31"),
        ("2026-12-31 23:30:00", "2033-12-31"),
        ("2027-01-01 00:30:00", "2033-12-31"),
    ],
)
@pytest.mark.parametrize("zone", ZONES)
def test_a_letter_of_new_years_night_is_kept_by_the_year_on_the_wall(received, until, zone):
    """W7, points 42 and 59."""
    assert kept_until(Paper.LETTER, utc(received), zone) == day(until)
    assert kept_until(Paper.VOUCHER, utc(received), zone) == day(until).replace(year=day(until).year + 2)
    assert not may_be_deleted(Paper.LETTER, utc(received), zone, day(until))
    assert may_be_deleted(Paper.LETTER, utc(received), zone, day(until) + timedelta(days=1))


@pytest.mark.parametrize(
    ("case", "reason", "checks"),
    [
        ("W10", True, (Check.FOR_CAUSE,)),
        ("W11", False, (Check.FOR_CAUSE, Check.REASON_MISSING)),
    ],
)
def test_a_cancellation_for_cause_claims_the_day_of_receipt_and_in_the_alternative_the_ordinary_end(
    case, reason, checks
):
    """W10, W11."""
    end = end_of(ANY_DAY, utc("2026-11-22 13:05:10"), Wish(for_cause=True, has_reason=reason))
    assert (end.claimed_on, end.ends_on, end.checks) == (day("2026-11-22"), day("2026-12-22"), checks), case


def test_a_cancellation_for_cause_to_a_named_day_claims_that_day_and_never_one_before_its_receipt():
    later = end_of(ANY_DAY, utc("2026-11-22 13:05:10"), Wish(on=day("2026-11-30"), for_cause=True))
    past = end_of(ANY_DAY, utc("2026-11-22 13:05:10"), Wish(on=day("2026-10-01"), for_cause=True))
    assert (later.claimed_on, past.claimed_on) == (day("2026-11-30"), day("2026-11-22"))


def test_a_paid_year_that_ends_by_itself_ends_then_and_somebody_looks_whether_there_is_good_cause():
    """W12."""
    paid = terms(started_on=day("2026-09-01"), first_term_end=day("2027-08-31"), renewal=Renewal.NONE)
    end = end_of(paid, utc("2026-11-22 12:00:00"))
    assert (end.ends_on, end.checks) == (day("2027-08-31"), (Check.ENDS_BY_ITSELF,))
    assert end_of(paid, utc("2027-09-02 12:00:00")).checks == (Check.ENDS_BY_ITSELF, Check.ALREADY_OVER)


@pytest.mark.parametrize("wished", [None, "2026-12-05"])
def test_without_the_button_no_notice_and_no_first_term_hold(wished):
    """W13."""
    wish = Wish(on=day(wished) if wished else None, button_is_missing=True)
    end = end_of(FIRST_TERM, utc("2026-11-22 12:00:00"), wish)
    assert end.ends_on == day(wished or "2026-11-22")
    assert Check.BUTTON_MISSING in end.checks


def no_holiday(_day: date) -> None:
    return None


def test_a_withdrawal_period_that_ends_on_a_sunday_runs_to_monday():
    """W14: service contract of Sunday 8 November 2026."""
    assert withdrawal_ends_on(day("2026-11-08"), no_holiday) == day("2026-11-23")
    assert withdrawal_ends_on(day("2026-11-09"), no_holiday) == day("2026-11-23")
    christmas = {day("2026-12-25"): "Weihnachten", day("2026-12-26"): "Weihnachten"}
    assert withdrawal_ends_on(day("2026-12-11"), christmas.get) == day("2026-12-28")
    assert withdrawal_ends_on(day("2026-11-08"), no_holiday, was_instructed=False) == day("2027-11-22")


@pytest.mark.parametrize(
    ("received", "stands"),
    [
        ("2026-11-23 22:59:59", Timeliness.IN_TIME),
        ("2026-11-23 23:00:20", Timeliness.TO_BE_REVIEWED),
        ("2026-11-23 23:14:59", Timeliness.TO_BE_REVIEWED),
        ("2026-11-23 23:15:00", Timeliness.LATE),
    ],
)
@pytest.mark.parametrize("zone", ZONES)
def test_a_withdrawal_that_arrives_minutes_after_midnight_goes_to_a_person(received, stands, zone):
    """W15."""
    assert timeliness(day("2026-11-23"), utc(received), zone) == stands


@pytest.mark.parametrize("zone", ZONES)
def test_the_night_without_two_o_clock_has_one_date(zone):
    """W16, point 42: around 28 March 2027, 01:00 UTC."""
    moments = [utc("2027-03-28 00:59:59"), utc("2027-03-28 01:00:00")]
    assert {end_of(terms(zone=zone), each).ends_on for each in moments} == {day("2027-04-28")}
    assert local_date(utc("2027-03-28 22:00:00"), zone) == day("2027-03-29")


def test_where_the_browser_still_had_yesterday_and_that_decides_the_earlier_end_holds():
    """Specification 2.7: doubt is resolved for the consumer."""
    late = utc("2027-02-28 23:00:03")  # 1 March in Berlin, 28 February in Lisbon
    assert end_of(FIRST_TERM, late, browser_zone="Europe/Lisbon").ends_on == day("2027-03-31")
    assert end_of(FIRST_TERM, late, browser_zone="Asia/Tokyo").ends_on == day("2027-04-01")


@pytest.mark.parametrize(
    ("agreed", "received", "is_doubtful"),
    [
        (FIRST_TERM, "2027-02-28 23:00:03", True),  # seconds after the last day of notice
        (FIRST_TERM, "2027-03-01 04:59:59", True),
        (FIRST_TERM, "2027-03-01 05:00:00", False),  # six o'clock: it is midnight in New York
        (FIRST_TERM, "2027-02-28 22:59:58", False),
        (FIRST_TERM, "2027-02-10 23:30:00", False),  # the day before would have ended it on the same day
    ],
)
def test_staff_are_told_where_the_day_before_may_have_held_for_the_person_and_would_decide(
    agreed, received, is_doubtful
):
    """Specification 2.7: the sealed page has no script that could tell the zone, so a person looks."""
    assert day_before_decides(agreed, utc(received)) is is_doubtful


@pytest.mark.parametrize(
    ("agreed", "received", "has"), [(FIRST_TERM, "2027-03-01", True), (ANY_DAY, "2026-11-22", False)]
)
def test_only_where_a_day_may_cost_more_than_a_day_somebody_has_to_look(agreed, received, has):
    assert has_deadline(agreed, day(received)) is has


@pytest.mark.parametrize("wished", ["1999-01-01", "9999-12-31", "0001-01-01", "2051-01-01"])
def test_a_day_nobody_can_mean_is_the_earliest_possible_one(wished):
    assert end_of(ANY_DAY, utc("2026-11-22 12:00:00"), Wish(on=day(wished))).ends_on == day("2026-12-22")


@pytest.mark.parametrize(
    ("first", "length", "ends"),
    [
        ("2026-01-31", MONTH, ["2026-02-28", "2026-03-30", "2026-04-30", "2026-05-30"]),
        ("2026-01-01", MONTH, ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("2024-02-29", Span(12, Unit.MONTHS), ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-28"]),
        ("2026-11-02", Span(2, Unit.WEEKS), ["2026-11-15", "2026-11-29"]),
    ],
)
def test_paid_periods_tile_the_calendar(first, length, ends):
    found, start = [], day(first)
    for _ in ends:
        found.append(next_end(day(first), length, start))
        start = found[-1] + timedelta(days=1)
    assert found == [day(each) for each in ends]


spans = st.one_of(
    st.builds(Span, st.integers(0, 3), st.just(Unit.MONTHS)),
    st.builds(Span, st.integers(0, 12), st.just(Unit.WEEKS)),
    st.builds(Span, st.integers(0, 90), st.just(Unit.DAYS)),
)
lengths = st.sampled_from(
    [MONTH, Span(3, Unit.MONTHS), Span(12, Unit.MONTHS), Span(4, Unit.WEEKS), Span(30, Unit.DAYS)]
)
days = st.dates(date(2023, 1, 1), date(2030, 12, 31))


@st.composite
def agreed_terms(draw) -> Terms:
    started_on = draw(days)
    first_term = draw(st.none() | st.integers(0, 730))
    renewal = Renewal.INDEFINITE
    if first_term is not None:
        renewal = draw(st.sampled_from([Renewal.INDEFINITE, Renewal.FIXED]))
    return Terms(
        started_on=started_on,
        notice=draw(spans),
        billing=draw(lengths),
        grid=draw(st.sampled_from(Grid)),
        first_term_end=None if first_term is None else started_on + timedelta(days=first_term),
        renewal=renewal,
        renewed_for=Span(12, Unit.MONTHS) if renewal == Renewal.FIXED else None,
        billed_from=draw(st.none() | days),
        zone=draw(st.sampled_from(ZONES)),
    )


receipts = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC))


@given(agreed_terms(), receipts, st.none() | days)
def test_no_contract_ends_before_the_notice_has_passed(agreed, received, wished):
    """Point 41."""
    end = end_of(agreed, received, Wish(on=wished))
    assert end.ends_on >= end.earliest_on >= agreed.notice.after(end.received_on)


@given(agreed_terms(), receipts, st.integers(0, 400 * 24 * 3600), st.none() | days)
def test_whoever_declares_earlier_is_never_held_longer(agreed, received, later_by, wished):
    """Point 41."""
    first = end_of(agreed, received, Wish(on=wished))
    second = end_of(agreed, received + timedelta(seconds=later_by), Wish(on=wished))
    assert first.ends_on <= second.ends_on


@given(agreed_terms(), receipts)
def test_no_contract_runs_past_the_next_day_to_which_it_can_be_ended(agreed, received):
    """Point 41: after the notice comes the end of the first term, or the next grid day; nothing later."""
    end = end_of(agreed, received)
    if agreed.renewal == Renewal.INDEFINITE:
        assert end.ends_on <= max(agreed.first_term_end or date.min, next_grid(agreed, end.notice_ends_on))


@given(days, st.sampled_from(Grid), lengths, st.none() | days)
def test_a_grid_day_is_never_before_the_day_asked_for_and_its_own_next(asked, grid, billing, billed_from):
    agreed = terms(grid=grid, billing=billing, billed_from=billed_from)
    found = next_grid(agreed, asked)
    assert found >= asked
    assert next_grid(agreed, found) == found


@given(agreed_terms(), receipts)
def test_the_law_holds_nobody_longer_than_a_month_after_the_first_term_where_any_day_is_agreed(agreed, received):
    agreed = Terms(**{**vars(agreed), "grid": Grid.ANY_DAY, "first_term_end": None, "renewal": Renewal.INDEFINITE})
    if not flaws(agreed, country=Country.DE, is_consumer=True):
        end = end_of(agreed, received)
        assert end.ends_on <= MONTH.after(end.received_on)
