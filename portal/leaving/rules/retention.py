"""How long declarations are kept: by the year of the wall in the zone of the contract.

What arrives half an hour into New Year's Day belongs to the new year, whatever UTC says.
"""

from datetime import date, datetime

from portal.contracts.rules.papers import Paper, last_day
from portal.leaving.rules.ends import local_date


def kept_until(paper: Paper, received_at: datetime, zone: str) -> date:
    """The last day on which a paper is kept that arrived at that (UTC) moment: 31 December."""
    return last_day(paper, local_date(received_at, zone))


def may_be_deleted(paper: Paper, received_at: datetime, zone: str, today: date) -> bool:
    """Whether the duty to keep it is over; a legal hold is somebody else's question."""
    return today > kept_until(paper, received_at, zone)
