"""Opening hours, levels and moments that the tests of promises share."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from portal.foundation.company import company_from, read_company
from portal.service_levels.business_hours import BusinessHours, never, read_week
from portal.service_levels.desk_hours import read_desk_hours
from portal.service_levels.levels_file import read_levels

CONTENT = Path(__file__).resolve().parents[2] / "content"
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {day: ["8:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
LEVELS = read_levels(CONTENT / "service-levels.toml", ("de", "en"))


def demo_hours(language: str = "de") -> BusinessHours:
    """The service desk of the demo company: Monday to Friday 8 to 18, Baden-Württemberg, closed at Christmas."""
    return read_desk_hours(read_company(CONTENT), language)


def desk_hours(language: str = "de", **sections: object) -> BusinessHours:
    """The hours of a company file with these sections."""
    return read_desk_hours(company_from(sections, CONTENT), language)


def office(**changed: list[str]) -> BusinessHours:
    """An office without holidays; some days may be changed."""
    return BusinessHours(BERLIN, read_week(OFFICE | changed), never)


def berlin(text: str, fold: int = 0) -> datetime:
    """A local moment in Berlin, as UTC."""
    return moment(text, "Europe/Berlin", fold)


def moment(text: str, zone: str, fold: int = 0) -> datetime:
    """A local moment, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def on(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)
