"""What declarations need of the company: who it is, how it dates, and its next working day."""

from datetime import datetime

from portal.foundation.company import COMPANY
from portal.service_levels.business_hours import working_days_after
from portal.service_levels.desk_hours import read_desk_hours


def trader() -> tuple[str, ...]:
    """Name and address of the company as they stand in documents."""
    company = COMPANY.here()
    name = company.legal_name or company.name
    return (name, *(line for line in company.address_lines if line != name))


def legal_zone() -> str:
    """The time zone in which declarations without a contract are dated: the company's."""
    return COMPANY.here().zone.key


def next_working_day(moment: datetime) -> datetime:
    """One working day of the desk later: by then somebody has looked at it."""
    company = COMPANY.here()
    return working_days_after(read_desk_hours(company, company.default_language), moment, 1)
