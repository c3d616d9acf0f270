"""The list of articles as editors see it: the file, how readers fared, what is due."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.editing.access import Document, documents
from portal.editing.queries.standing import standings
from portal.editing.rules import Show, Standing, worry
from portal.faq.queries import library
from portal.faq.rules import Status, is_public, is_review_overdue, review_due_on


@dataclass(frozen=True)
class Row:
    """One article in one language."""

    document: Document
    standing: Standing
    worry: int
    review_due: date | None
    is_overdue: bool
    is_public: bool
    faults: int


def rows_of(show: Show, today: date, *, language: str = "", text: str = "") -> list[Row]:
    """The articles of a list, in its order."""
    found = _rows(today)
    chosen = [row for row in found if _is_shown(row, show) and _fits(row, language, text)]
    return sorted(chosen, key=lambda row: _order(row, show))


def _rows(today: date) -> list[Row]:
    known = standings(today)
    errors = Counter(fault.file for fault in library().faults if fault.is_error)
    return [_row(each, known, errors[each.file], today) for each in documents().values()]


def _row(found: Document, known: Mapping[tuple[int, str], Standing], faults: int, today: date) -> Row:
    article = found.article
    if article is None:
        return Row(found, Standing(), worry(Standing(), is_overdue=False, has_faults=True), None, False, False, faults)
    standing = known.get((article.number, article.language), Standing())
    is_overdue = article.status is Status.PUBLISHED and is_review_overdue(article, today)
    points = worry(standing, is_overdue=is_overdue, has_faults=bool(faults))
    return Row(found, standing, points, review_due_on(article), is_overdue, is_public(article, today), faults)


def _is_shown(row: Row, show: Show) -> bool:
    status = row.document.article.status if row.document.article else None
    return {
        Show.WORST: row.worry > 0,
        Show.REVIEW: row.is_overdue,
        Show.FAULTY: row.faults > 0,
        Show.DRAFTS: status is Status.DRAFT,
        Show.INTERNAL: status is Status.INTERNAL,
        Show.ARCHIVED: status is Status.ARCHIVED,
        Show.ALL: True,
    }[show]


def _fits(row: Row, language: str, text: str) -> bool:
    article = row.document.article
    words = f"{row.document.title} {row.document.file} {' '.join(article.keywords) if article else ''}".casefold()
    return language in ("", row.document.language) and all(word in words for word in text.casefold().split())


def _order(row: Row, show: Show) -> tuple[int, str, str]:
    if show is Show.REVIEW:
        return (0, (row.review_due or date.max).isoformat(), row.document.file)
    if show is Show.ALL:
        return (0, row.document.title.casefold(), row.document.file)
    return (-row.worry, row.document.title.casefold(), row.document.file)
