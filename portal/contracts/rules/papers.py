"""How long papers are kept: to the end of a calendar year, counted from the end of the year in which they came in.

Sources: § 257 (1) Nr. 2, 4, (4), (5) HGB, § 147 (1), (3), (4) AO, § 14b (1) UStG.
"""

from datetime import date
from enum import StrEnum


class Paper(StrEnum):
    """What is kept."""

    LETTER = "letter"  # declarations, confirmations, objections, orders
    VOUCHER = "voucher"  # invoices and what proves a payment


YEARS = {Paper.LETTER: 6, Paper.VOUCHER: 8}
NORMS = {Paper.LETTER: "§ 257 HGB, § 147 AO", Paper.VOUCHER: "§ 257 HGB, § 147 AO, § 14b UStG"}


def last_day(paper: Paper, on: date) -> date:
    """The last day on which a paper of that day is kept."""
    return date(on.year + YEARS[paper], 12, 31)
