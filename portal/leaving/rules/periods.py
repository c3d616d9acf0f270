"""The withdrawal period and how late is late (§§ 187, 188, 193, 355, 356, 356a BGB; specification 2.7, W14, W15)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.contracts.rules.terms import add_months
from portal.leaving.rules.ends import local_date

DAYS = 14
# Without the instruction that the law demands the period ends a year later (§ 356 (3) BGB).
LONGER_WITHOUT_INSTRUCTION = 12
# Sent before midnight suffices; what arrives so little later may have been on its way (specification 2.7, W15).
ON_THE_WAY = timedelta(minutes=15)
_DAY = timedelta(days=1)
_SATURDAY = 5


class Timeliness(StrEnum):
    """Where a withdrawal stands that arrived at some moment; nobody is refused by a machine."""

    IN_TIME = "in_time"
    TO_BE_REVIEWED = "to_be_reviewed"  # a person decides, in favour of whoever withdrew
    LATE = "late"


def withdrawal_ends_on(
    began_on: date, holiday: Callable[[date], object | None], *, was_instructed: bool = True
) -> date:
    """The last day on which a consumer may withdraw.

    `began_on`: the day of the contract, or of the delivery where that starts the period; it is not counted. A period
    that ends on a Saturday, a Sunday or a day for which `holiday` has a name ends on the next working day (§ 193 BGB).
    """
    last = began_on + DAYS * _DAY
    if not was_instructed:
        last = add_months(began_on, LONGER_WITHOUT_INSTRUCTION) + DAYS * _DAY
    while last.weekday() >= _SATURDAY or holiday(last) is not None:
        last += _DAY
    return last


def timeliness(last_day: date, received_at: datetime, zone: str) -> Timeliness:
    """Whether a withdrawal that arrived at that (UTC) moment is within a period up to 24:00 of `last_day` there."""
    if local_date(received_at, zone) <= last_day:
        return Timeliness.IN_TIME
    was_sent_by = local_date(received_at - ON_THE_WAY, zone)
    return Timeliness.TO_BE_REVIEWED if was_sent_by <= last_day else Timeliness.LATE
