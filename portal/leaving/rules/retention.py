"""How long papers are kept: to the end of a calendar year, counted from the end of the year in which they came in.

Sources: § 257 (1) Nr. 2, 4, (4), (5) HGB, § 147 (1), (3), (4) AO, § 14b (1) UStG. The year is that of the wall in the
zone of the contract: what arrives half an hour into New Year's Day belongs to the new year, whatever UTC says.
"""

from datetime import date, datetime
from enum import StrEnum

from portal.leaving.rules.ends import local_date


class Paper(StrEnum):
    """What is kept."""

    LETTER = "letter"  # declarations, confirmations, objections
    VOUCHER = "voucher"  # invoices and what proves a payment


YEARS = {Paper.LETTER: 6, Paper.VOUCHER: 8}
NORMS = {Paper.LETTER: "§ 257 HGB, § 147 AO", Paper.VOUCHER: "§ 257 HGB, § 147 AO, § 14b UStG"}


def kept_until(paper: Paper, received_at: datetime, zone: str) -> date:
    """The last day on which a paper is kept that arrived at that (UTC) moment: 31 December."""
    return last_day(paper, local_date(received_at, zone))


def last_day(paper: Paper, on: date) -> date:
    """The last day on which a paper of that day is kept."""
    return date(on.year + YEARS[paper], 12, 31)


def may_be_deleted(paper: Paper, received_at: datetime, zone: str, today: date) -> bool:
    """Whether the duty to keep it is over; a legal hold is somebody else's question."""
    return today > kept_until(paper, received_at, zone)
