"""The service desk's own opening hours, read from `[hours]`, `[place]` and `[[closed]]` of `company.toml`."""

from functools import lru_cache

from portal.foundation.company import Company
from portal.service_levels.business_hours import BusinessHours, read_week
from portal.service_levels.calendar import public_holidays, read_calendar, with_bridging_days

# Without [hours]: what offices usually keep. The hours of the phone are no substitute, they say who picks up.
_OFFICE = {day: ["9:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@lru_cache(maxsize=8)
def read_desk_hours(company: Company, language: str) -> BusinessHours:
    """The hours in which promises are counted, with the names of closed days in that language.

    `[hours]` is a week like that of a contact, and `bridging` (`open` or `closed`); without it Monday to Friday 9:00 to
    17:00. ValueError says what is wrong. The same company file gives the same value again.
    """
    written = company.sections.get("hours", _OFFICE)
    if not isinstance(written, dict):
        raise ValueError("hours must be a table: write [hours] on a line of its own")
    week = read_week({day: periods for day, periods in written.items() if day != "bridging"})
    if not any(week):
        raise ValueError('the service desk is never open; write for example mon = ["9:00-17:00"] under [hours]')
    place = company.sections.get("place", {})
    holiday = read_calendar(place, company.sections.get("closed", ()), language)
    if _closes_on_bridging_days(written):
        holiday = with_bridging_days(holiday, public_holidays(place, language), week, language)
    return BusinessHours(company.zone, week, holiday)


def _closes_on_bridging_days(written: dict[str, object]) -> bool:
    bridging = written.get("bridging", "open")
    if bridging not in ("open", "closed"):
        raise ValueError(f'bridging must be "open" or "closed", not {bridging!r}')
    return bridging == "closed"
