"""The company's calendar: public holidays of its state, and the days it is closed by itself."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
from holidays.registry import COUNTRIES


def read_calendar(
    place: Mapping[str, Any], closed: list[Mapping[str, Any]], language: str
) -> Callable[[date], str | None]:
    """A function from a day to the name of its holiday, or None.

    `place` holds `country` (ISO 3166, default DE) and `state` (`BW`, `W`, `ZH`); each of `closed` a `name`, a `from`
    and an `until` date. ValueError says what is wrong.
    """
    public = _public(str(place.get("country", "DE")), place.get("state"), language)
    own = _own(closed)

    @lru_cache(maxsize=2048)
    def holiday(day: date) -> str | None:
        return own.get(day) or public.get(day)

    return holiday


def _public(country: str, state: str | None, language: str) -> holidays.HolidayBase:
    try:
        # The package knows a language per country; where it does not know ours, its own name is better than none.
        return holidays.country_holidays(country, subdiv=state, language="de" if language == "de" else "en_US")
    except NotImplementedError as error:
        known = ", ".join(sorted(code for names in COUNTRIES.values() for code in names[1:2])[:6])
        raise ValueError(
            f"public holidays of {country} {state or ''} are not known ({error}); write for example one of {known} …"
        ) from error


def _own(closed: list[Mapping[str, Any]]) -> dict[date, str]:
    days: dict[date, str] = {}
    for each in closed:
        first, last = each.get("from"), each.get("until", each.get("from"))
        if not isinstance(first, date) or not isinstance(last, date) or last < first:
            raise ValueError("a closed period needs dates: from = 2026-12-24, until = 2026-12-31")
        for offset in range((last - first).days + 1):
            days[first + timedelta(days=offset)] = str(each.get("name", ""))
    return days
