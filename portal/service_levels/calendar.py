"""The company's calendar: public holidays of its state, the days it is closed by itself, and bridging days."""

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
from holidays.registry import COUNTRIES

from portal.foundation.company import localised

Holiday = Callable[[date], str | None]


def _one_country_at_a_time(name: str = "holidays.countries") -> None:
    """The first file of that package loads two hundred countries, 7 MB in each process; each is found without it."""
    spec = importlib.util.find_spec(name)
    if spec is not None:
        sys.modules.setdefault(name, importlib.util.module_from_spec(spec))


_one_country_at_a_time()

_BRIDGING_DAY = {"de": "Brückentag", "en": "bridging day"}
_LONGEST_CLOSURE = timedelta(days=366)
_SATURDAY = 5


def read_calendar(place: Mapping[str, Any], closed: Sequence[Mapping[str, Any]], language: str) -> Holiday:
    """A function from a day to the name of its holiday, or None.

    `place` holds `country` (ISO 3166, default DE) and `state` (`BW`, `W`, `ZH`); each of `closed` a `name`, a `from`
    and an `until` date. ValueError says what is wrong.
    """
    public = public_holidays(place, language)
    own = _own(closed, language)

    @lru_cache(maxsize=2048)
    def holiday(day: date) -> str | None:
        return own.get(day) or public(day)

    return holiday


def public_holidays(place: Mapping[str, Any], language: str) -> Holiday:
    """The public holidays alone; ValueError when country or state are not known."""
    country, state = str(place.get("country", "DE")), place.get("state")
    _public_year(country, state, language, 2026)

    def holiday(day: date) -> str | None:
        return _public_year(country, state, language, day.year).get(day)

    return holiday


def with_bridging_days(holiday: Holiday, public: Holiday, week: Sequence[object], language: str) -> Holiday:
    """The same calendar, closed on bridging days: single open days (Monday to Friday) beside a public holiday.

    The public holiday must fall on a day of the week that is usually open; the other neighbour may be closed for any
    reason. `week` has seven entries, Monday first, empty where it is closed.
    """

    def is_closed(day: date) -> bool:
        return not week[day.weekday()] or holiday(day) is not None

    def is_bridge(day: date) -> bool:
        neighbours = (day - timedelta(days=1), day + timedelta(days=1))
        return (
            day.weekday() < _SATURDAY
            and not is_closed(day)
            and all(is_closed(each) for each in neighbours)
            and any(week[each.weekday()] and public(each) for each in neighbours)
        )

    @lru_cache(maxsize=2048)
    def bridged(day: date) -> str | None:
        return holiday(day) or (_BRIDGING_DAY.get(language, _BRIDGING_DAY["en"]) if is_bridge(day) else None)

    return bridged


# A year is computed by a calendar of its own: one that grows while two threads read it may answer for half a year.
@lru_cache(maxsize=256)
def _public_year(country: str, state: str | None, language: str, year: int) -> Mapping[date, str]:
    try:
        # The package knows a language per country; where it does not know ours, its own name is better than none.
        spoken = "de" if language == "de" else "en_US"
        return dict(holidays.country_holidays(country, subdiv=state, years=year, expand=False, language=spoken))
    except NotImplementedError as error:
        known = ", ".join(sorted(code for names in COUNTRIES.values() for code in names[1:2])[:6])
        raise ValueError(
            f"public holidays of {country} {state or ''} are not known ({error}); write for example one of {known} …"
        ) from error


def _own(closed: Sequence[Mapping[str, Any]], language: str) -> dict[date, str]:
    if not isinstance(closed, Sequence) or not all(isinstance(each, Mapping) for each in closed):
        raise ValueError("a closed period must be a table: write [[closed]] on a line of its own")
    days: dict[date, str] = {}
    for each in closed:
        first, last = _span(each)
        name = localised(each.get("name", ""), language) or str(first)
        days |= {first + timedelta(days=offset): name for offset in range((last - first).days + 1)}
    return days


def _span(each: Mapping[str, Any]) -> tuple[date, date]:
    first, last = each.get("from"), each.get("until", each.get("from"))
    # A moment is a date as well, but cannot be compared with one.
    if type(first) is not date or type(last) is not date or last < first:
        raise ValueError("a closed period needs dates: from = 2026-12-24, until = 2026-12-31")
    if last - first > _LONGEST_CLOSURE:
        raise ValueError(f"a closed period from {first} until {last} is longer than a year; write the right year")
    return first, last
