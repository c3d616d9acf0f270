"""The terms of a contract as plain values, the reckoning of months, and what German law forbids (§ 309 Nr. 9 BGB)."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
# Gesetz für faire Verbraucherverträge: contracts from before keep the older limits (Art. 229 § 60 EGBGB).
STRICT_SINCE = date(2022, 3, 1)
LONGEST_FIRST_TERM = 24  # months, § 309 Nr. 9 a BGB
_LONGEST_YEAR, _FIRST_YEAR = 9990, 1900


class Unit(StrEnum):
    """In what a span of time is counted."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Grid(StrEnum):
    """The days to which a contract can be ended."""

    ANY_DAY = "any_day"
    PERIOD_END = "period_end"  # of what is billed
    MONTH_END = "month_end"


class Renewal(StrEnum):
    """What follows the first term."""

    INDEFINITE = "indefinite"
    FIXED = "fixed"  # another term of `Terms.renewed_for`
    NONE = "none"  # it ends by itself


class Country(StrEnum):
    """Whose law a contract is under, which also gives the usual zone."""

    DE = "DE"
    AT = "AT"
    CH = "CH"


ZONES = {Country.DE: "Europe/Berlin", Country.AT: "Europe/Vienna", Country.CH: "Europe/Zurich"}


@dataclass(frozen=True)
class Span:
    """A length of time as a contract names it: `Span(1, Unit.MONTHS)`."""

    count: int
    unit: Unit

    def after(self, day: date) -> date:
        """The last day of a period that an event on `day` starts: that day is not counted (§§ 187 (1), 188 BGB)."""
        if self.unit == Unit.MONTHS:
            return add_months(day, self.count)
        return day + timedelta(days=self.count * (7 if self.unit == Unit.WEEKS else 1))

    def end(self, first: date, times: int) -> date:
        """The last day of the `times`-th span in a row of which `first` is the first day (§§ 187 (2), 188 BGB)."""
        if self.unit != Unit.MONTHS:
            return first + (self.after(first) - first) * times - DAY
        if first.day == 1:
            return add_months(first, self.count * times) - DAY
        month = add_months(first.replace(day=1), self.count * times)
        return month.replace(day=min(first.day - 1, monthrange(month.year, month.month)[1]))


@dataclass(frozen=True)
class Terms:
    """What decides when a contract ends. `billed_from` is the first day of any billed period, else the start is."""

    started_on: date
    notice: Span
    billing: Span
    grid: Grid = Grid.ANY_DAY
    first_term_end: date | None = None
    renewal: Renewal = Renewal.INDEFINITE
    renewed_for: Span | None = None
    billed_from: date | None = None
    zone: str = ZONES[Country.DE]


class Flaw(StrEnum):
    """Why terms cannot be kept: what the law forbids, and what contradicts itself."""

    FIRST_TERM_TOO_LONG = "first_term_too_long"
    NOTICE_TOO_LONG = "notice_too_long"
    RENEWS_FOR_A_TERM = "renews_for_a_term"
    GRID_TOO_WIDE = "grid_too_wide"
    ENDS_BEFORE_START = "ends_before_start"
    NO_END = "no_end"
    NO_RENEWED_TERM = "no_renewed_term"
    NO_BILLING = "no_billing"
    DATE_OUT_OF_REACH = "date_out_of_reach"


def add_months(day: date, months: int) -> date:
    """The same-numbered day that many months later, or the last one of a month that has none (§ 188 (2), (3) BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def flaws(terms: Terms, *, country: Country, is_consumer: bool) -> list[Flaw]:
    """Everything that keeps these terms from being kept, in the order of the form; empty when nothing does."""
    found = list(_contradictions(terms))
    if not found and is_consumer and country == Country.DE:
        found = list(_forbidden(terms))
    return found


def is_within_reach(day: date) -> bool:
    """Whether terms can be reckoned from that day; any other one is a slip in the year."""
    return _FIRST_YEAR <= day.year <= _LONGEST_YEAR


def next_end(first: date, span: Span, day: date) -> date:
    """The first end of the spans in a row from `first` that is not before `day`."""
    times = _passed(first, span, day)
    while (end := span.end(first, times)) < day:
        times += 1
    return end


def _contradictions(terms: Terms) -> Iterator[Flaw]:
    named = (terms.started_on, terms.first_term_end, terms.billed_from)
    if not all(day is None or is_within_reach(day) for day in named):
        yield Flaw.DATE_OUT_OF_REACH
    if terms.billing.count < 1:
        yield Flaw.NO_BILLING
    if terms.first_term_end is not None and terms.first_term_end < terms.started_on:
        yield Flaw.ENDS_BEFORE_START
    if terms.first_term_end is None and terms.renewal != Renewal.INDEFINITE:
        yield Flaw.NO_END
    if terms.renewal == Renewal.FIXED and (terms.renewed_for is None or terms.renewed_for.count < 1):
        yield Flaw.NO_RENEWED_TERM


def _forbidden(terms: Terms) -> Iterator[Flaw]:
    """§ 309 Nr. 9 BGB for contracts with consumers: a) the first term, b) what follows, c) the notice."""
    is_older = terms.started_on < STRICT_SINCE
    longest = Span(LONGEST_FIRST_TERM, Unit.MONTHS).end(terms.started_on, 1)
    if terms.first_term_end is not None and terms.first_term_end > longest:
        yield Flaw.FIRST_TERM_TOO_LONG
    if _is_longer(terms.notice, 3 if is_older else 1):
        yield Flaw.NOTICE_TOO_LONG
    if terms.renewal == Renewal.FIXED and not (
        is_older and terms.renewed_for and not _is_longer(terms.renewed_for, 12)
    ):
        yield Flaw.RENEWS_FOR_A_TERM
    # "At any time": whoever can leave at the end of a paid year only cannot leave within a month.
    is_open = terms.renewal == Renewal.INDEFINITE and not is_older
    if is_open and terms.grid == Grid.PERIOD_END and _is_longer(terms.billing, 1):
        yield Flaw.GRID_TOO_WIDE


def _is_longer(span: Span, months: int) -> bool:
    """Longer than so many months wherever they lie: a month that ends in February has 28 days."""
    shortest = 28 + 30 * (months - 1)
    days = span.count * (7 if span.unit == Unit.WEEKS else 1)
    return span.count > months if span.unit == Unit.MONTHS else days > shortest


def _passed(first: date, span: Span, day: date) -> int:
    """A number of spans that surely ends before `day`; negative when the first begins later."""
    if span.unit == Unit.MONTHS:
        return ((day.year - first.year) * 12 + day.month - first.month) // span.count - 1
    return (day - first) // (span.after(first) - first) - 1
