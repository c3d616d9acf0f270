"""How readers help themselves: sums of searches by day, kept for ninety days, that name nobody.

What a page of reports needs: `searching(since, until)` for the whole span and `searching_by_day(since, until)` for a
line through it; both take a `language`. What became of answers that were offered while somebody wrote is
`portal.questions.offers.offering`. "Opened" are clicks on results; "asked" are questions sent with the words of a
search along. A search that was typed twice is two searches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from portal.faq.models import SearchCount
from portal.foundation.database import db

KEPT_DAYS = 90


@dataclass(frozen=True)
class Searching:
    """Searches of a span of days: how many, without a result, results opened, and questions sent all the same."""

    searches: int = 0
    without_result: int = 0
    opened: int = 0
    asked: int = 0


def searching(since: date, until: date, *, language: str = "") -> Searching:
    """The sums from the first to the last of these days, of one language or of all."""
    row = db.session.execute(_chosen(select(*_SUMS), since, until, language)).one()
    return Searching(*(int(amount or 0) for amount in row))


def searching_by_day(since: date, until: date) -> Sequence[tuple[date, Searching]]:
    """The sums of each of these days on which anybody searched, the oldest first."""
    rows = _chosen(select(SearchCount.day, *_SUMS), since, until, "").group_by(SearchCount.day)
    found = db.session.execute(rows.order_by(SearchCount.day))
    return [(day, Searching(*(int(amount or 0) for amount in amounts))) for day, *amounts in found]


def kept_since(today: date) -> date:
    """The first day whose sums are kept."""
    return today - timedelta(days=KEPT_DAYS)


_SUMS = tuple(
    func.sum(column)
    for column in (SearchCount.searches, SearchCount.without_result, SearchCount.clicks, SearchCount.asked)
)


def _chosen(rows: Any, since: date, until: date, language: str) -> Any:
    chosen = rows.where(SearchCount.day >= since, SearchCount.day <= until)
    return chosen.where(SearchCount.language == language) if language else chosen
