"""The service desk's own opening hours, read from `[hours]`, `[place]` and `[[closed]]` of `company.toml`."""

from functools import lru_cache

from portal.foundation.company import Company
from portal.service_levels.business_hours import BusinessHours, read_week
from portal.service_levels.calendar import read_calendar

# Without [hours]: what offices usually keep.
_OFFICE = {day: ["9:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@lru_cache(maxsize=8)
def read_desk_hours(company: Company, language: str) -> BusinessHours:
    """The hours in which promises are counted, with the names of holidays in that language; ValueError says what is wrong."""
    holiday = read_calendar(company.sections.get("place", {}), list(company.sections.get("closed", ())), language)
    return BusinessHours(company.zone, read_week(_OFFICE), holiday)
