"""Gaps: what was searched and not found, or found and not opened, grouped by the stems of the words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from portal.faq.measures import kept_since
from portal.faq.models import SearchCount, SettledGap
from portal.foundation.database import db, insert_once, transaction
from portal.search import telling_stems

WEEKS = 13
# Rarer words than the most frequent of these are noise that nobody reads.
_MOST_WORDS = 2000
_MOST_STEMS = 200


@dataclass
class Gap:
    """Searches with the same stems: the words as they were typed, the most frequent first, and their sums.

    `missed` are searches without a result or whose results nobody opened; `weeks` are these, the oldest week first.
    """

    language: str
    stems: str
    words: list[str] = field(default_factory=list)
    searches: int = 0
    without_result: int = 0
    missed: int = 0
    asked: int = 0
    weeks: list[int] = field(default_factory=lambda: [0] * WEEKS)

    @property
    def title(self) -> str:
        """What was typed most."""
        return self.words[0]


@dataclass(frozen=True)
class _Row:
    day: date
    language: str
    words: str
    searches: int
    without_result: int
    clicks: int
    asked: int

    @property
    def missed(self) -> int:
        return max(self.without_result, self.searches - self.clicks, 0)


def stems_of(words: str, language: str) -> str:
    """The name of the gap that these words belong to; empty for words that say nothing."""
    return " ".join(telling_stems(words, language))[:_MOST_STEMS]


def open_gaps(today: date, *, language: str = "", most: int = 50) -> list[Gap]:
    """What is missing most, first those after which people asked; settled ones only if searched again later."""
    typed = _typed(kept_since(today), language)
    named = {pair: stems for pair in typed if (stems := stems_of(pair[1], pair[0]))}
    settled = {(row.language, row.stems): row.settled_on for row in db.session.scalars(select(SettledGap))}
    gaps: dict[tuple[str, str], Gap] = {}
    for row in _rows(kept_since(today), list(named)):
        key = (row.language, named[row.language, row.words])
        if row.day > settled.get(key, date.min):
            _add(gaps.setdefault(key, Gap(*key)), row, today)
    missing = [gap for gap in gaps.values() if gap.missed or gap.asked]
    return sorted(missing, key=lambda gap: (-gap.asked, -gap.missed, gap.stems))[:most]


def settle_gap(language: str, stems: str, *, by: str, today: date) -> None:
    """An editor has dealt with it, inside the caller's transaction; searches of later days open it again."""
    key = {"language": language, "stems": stems}
    # Rows of long ago say nothing any more: their searches are gone.
    db.session.execute(delete(SettledGap).where(SettledGap.settled_on < kept_since(today)))
    db.session.execute(delete(SettledGap).filter_by(**key))
    db.session.execute(insert_once(SettledGap, key | {"settled_on": today, "settled_by": by}))


def reopen_gap(language: str, stems: str) -> bool:
    """Take settling back; whether it was settled."""
    with transaction():
        gone = db.session.execute(delete(SettledGap).filter_by(language=language, stems=stems))
        return int(gone.rowcount) == 1  # type: ignore[attr-defined]


def settled_gap(language: str, stems: str) -> SettledGap | None:
    """That gap, if an editor has dealt with it."""
    return db.session.get(SettledGap, (language, stems))


def settled_gaps(*, most: int = 20) -> Sequence[SettledGap]:
    """What was settled last."""
    return db.session.scalars(select(SettledGap).order_by(SettledGap.settled_on.desc()).limit(most)).all()


def _typed(since: date, language: str) -> list[tuple[str, str]]:
    """Language and words of what was missed at all, the most frequent first."""
    searches, clicks = func.sum(SearchCount.searches), func.sum(SearchCount.clicks)
    without, asked = func.sum(SearchCount.without_result), func.sum(SearchCount.asked)
    rows = (
        select(SearchCount.language, SearchCount.words)
        .where(SearchCount.day >= since)
        .group_by(SearchCount.language, SearchCount.words)
        .having(or_(without > 0, searches > clicks, asked > 0))
        .order_by(asked.desc(), searches.desc(), SearchCount.words)
        .limit(_MOST_WORDS)
    )
    chosen = rows.where(SearchCount.language == language) if language else rows
    return [(row.language, row.words) for row in db.session.execute(chosen)]


def _rows(since: date, pairs: list[tuple[str, str]]) -> Iterable[_Row]:
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, words in pairs:
        by_language[language].append(words)
    if not pairs:
        return
    some = or_(*(_searched(language, typed) for language, typed in by_language.items()))
    rows = select(SearchCount).where(SearchCount.day >= since, some)
    for row in db.session.scalars(rows.order_by(SearchCount.searches.desc(), SearchCount.words)):
        amounts = (row.searches, row.without_result, row.clicks, row.asked)
        yield _Row(row.day, row.language, row.words, *amounts)


def _searched(language: str, typed: Sequence[str]) -> ColumnElement[bool]:
    return and_(SearchCount.language == language, SearchCount.words.in_(typed))


def _add(gap: Gap, row: _Row, today: date) -> None:
    if row.words not in gap.words:
        gap.words.append(row.words)
    gap.searches += row.searches
    gap.without_result += row.without_result
    gap.missed += row.missed
    gap.asked += row.asked
    week = WEEKS - 1 - (today - row.day) // timedelta(days=7)
    if 0 <= week < WEEKS:
        gap.weeks[week] += row.missed
