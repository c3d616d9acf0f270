"""When a contract ends, from the moment of receipt (§§ 187-193, 309 Nr. 9, 312k BGB; specification 2.7, W1 to W16).

Moments come in as UTC and only their date in the zone of the contract counts; no local time is ever put together by
hand. A notice period that ends on a Sunday or a holiday is not prolonged: § 193 BGB is not for notice.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.contracts.rules.terms import Grid, Renewal, Terms, add_months, next_end

# Part of every record: which reckoning gave a date.
RULE_VERSION = "1"
# A wish further away is taken for a slip of the pen, and no date is wished.
_FARTHEST_WISH = 20
_DAY = timedelta(days=1)
# New York is six hours behind Berlin.
_FIRST_HOURS = 6


class Check(StrEnum):
    """What a person has to look at; none of it holds the declaration up."""

    FOR_CAUSE = "for_cause"
    REASON_MISSING = "reason_missing"
    ENDS_BY_ITSELF = "ends_by_itself"  # ordinary notice may be excluded until then
    BUTTON_MISSING = "button_missing"  # § 312k (6) BGB
    ALREADY_OVER = "already_over"


@dataclass(frozen=True)
class Wish:
    """What somebody declared: `on` if they named a day that can be read; `for_cause` with or without a reason.

    `button_is_missing`: the shop did not show the button as it must, so no notice period holds (§ 312k (6) BGB).
    """

    on: date | None = None
    for_cause: bool = False
    has_reason: bool = False
    button_is_missing: bool = False


@dataclass(frozen=True)
class End:
    """The reckoning, kept with the declaration: the contract ends with the expiry of `ends_on` (24:00 in its zone).

    `claimed_on` is the end that somebody claims for cause; `ends_on` then holds in the alternative. `wished_on` is an
    earlier day than possible, which is printed beside the end.
    """

    received_on: date
    notice_ends_on: date
    earliest_on: date
    ends_on: date
    wished_on: date | None = None
    claimed_on: date | None = None
    checks: tuple[Check, ...] = ()
    rule_version: str = RULE_VERSION


def end_of(
    terms: Terms,
    received_at: datetime,
    wish: Wish | None = None,
    *,
    browser_zone: str = "",
    is_day_before: bool = False,
) -> End:
    """When a contract with these terms ends after a declaration that arrived at `received_at` (UTC).

    `browser_zone`: where the person was, if we know; `is_day_before`: a person decided that it was still the day before
    there. If that makes the day of receipt an earlier one and with it the end, the earlier end holds (doubt is the
    consumer's, specification 2.7).
    """
    wish, here = wish or Wish(), local_date(received_at, terms.zone)
    there = local_date(received_at, browser_zone) if browser_zone else here - _DAY if is_day_before else here
    days = (here, there) if there < here else (here,)
    return min((_reckoned(terms, day, wish) for day in days), key=lambda each: each.ends_on)


def day_before_decides(terms: Terms, received_at: datetime, wish: Wish | None = None) -> bool:
    """Whether it may have been yesterday for the person, and yesterday would have ended the contract earlier.

    Nothing on the page tells the zone of the person, so whatever came in the first hours of a day is doubtful
    (specification 2.7); a person decides.
    """
    here = received_at.astimezone(ZoneInfo(terms.zone))
    if here.hour >= _FIRST_HOURS:
        return False
    today, wish = here.date(), wish or Wish()
    return _reckoned(terms, today - _DAY, wish).ends_on < _reckoned(terms, today, wish).ends_on


def has_deadline(terms: Terms, received_on: date) -> bool:
    """Whether a day later may cost more than a day: a first term, a paid period or a month that goes on.

    Where notice can be given to any day, the day of receipt moves the end by itself and nothing else.
    """
    is_first = terms.first_term_end is not None and received_on <= terms.first_term_end
    return is_first or terms.grid != Grid.ANY_DAY or terms.renewal == Renewal.FIXED


def local_date(moment: datetime, zone: str) -> date:
    """The date on the wall in that zone at that (aware) moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def next_grid(terms: Terms, day: date) -> date:
    """The first day, from `day` on, to which the contract can be ended after its first term."""
    if terms.grid == Grid.MONTH_END:
        return add_months(day.replace(day=1), 1) - _DAY
    if terms.grid == Grid.PERIOD_END:
        return next_end(terms.billed_from or terms.started_on, terms.billing, day)
    return day


def _reckoned(terms: Terms, received_on: date, wish: Wish) -> End:
    notice_ends_on = received_on if wish.button_is_missing else terms.notice.after(received_on)
    earliest_on = _earliest(terms, notice_ends_on, wish)
    wished_on = _readable(wish.on, received_on)
    return End(
        received_on=received_on,
        notice_ends_on=notice_ends_on,
        earliest_on=earliest_on,
        ends_on=_as_wished(terms, earliest_on, wished_on, wish),
        wished_on=wished_on,
        claimed_on=max(wished_on or received_on, received_on) if wish.for_cause else None,
        checks=tuple(_checks(terms, received_on, wish)),
    )


def _earliest(terms: Terms, notice_ends_on: date, wish: Wish) -> date:
    if wish.button_is_missing:
        return notice_ends_on if terms.renewal != Renewal.NONE else min(notice_ends_on, _last(terms))
    if terms.first_term_end is not None and (terms.renewal == Renewal.NONE or notice_ends_on <= terms.first_term_end):
        return terms.first_term_end
    if terms.renewal == Renewal.FIXED and terms.renewed_for and terms.first_term_end:
        return next_end(terms.first_term_end + _DAY, terms.renewed_for, notice_ends_on)
    return next_grid(terms, notice_ends_on)


def _as_wished(terms: Terms, earliest_on: date, wished_on: date | None, wish: Wish) -> date:
    """A later day if one is wished and possible; the earliest one that is wished needs no grid."""
    if wished_on is None or wished_on <= earliest_on or terms.renewal == Renewal.NONE:
        return earliest_on
    if wish.button_is_missing:
        return wished_on
    if terms.renewal == Renewal.FIXED and terms.renewed_for and terms.first_term_end:
        return next_end(terms.first_term_end + _DAY, terms.renewed_for, wished_on)
    return next_grid(terms, wished_on)


def _readable(wished_on: date | None, received_on: date) -> date | None:
    """The wished day, unless it is nonsense: that is treated as no wish (specification 2.14); its text is kept."""
    if wished_on is None or wished_on.year > received_on.year + _FARTHEST_WISH:
        return None
    return wished_on


def _checks(terms: Terms, received_on: date, wish: Wish) -> list[Check]:
    ends_by_itself = terms.renewal == Renewal.NONE
    return [
        check
        for check, holds in (
            (Check.FOR_CAUSE, wish.for_cause),
            (Check.REASON_MISSING, wish.for_cause and not wish.has_reason),
            (Check.ENDS_BY_ITSELF, ends_by_itself),
            (Check.BUTTON_MISSING, wish.button_is_missing),
            (Check.ALREADY_OVER, ends_by_itself and received_on > _last(terms)),
        )
        if holds
    ]


def _last(terms: Terms) -> date:
    return terms.first_term_end or date.max
