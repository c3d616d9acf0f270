"""What the desk reads about declarations: one of them with everything around it, and sums for two reports."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.foundation.database import db
from portal.leaving.models import Declaration, Delivery, LeavingCount, LeavingFeedback, RecordEntry
from portal.notifications.models import Notification

# Sums of fewer than so many people are not shown (spec leaving 2.10).
SMALLEST = 5


@dataclass(frozen=True)
class Cell:
    """One sum of a report; None where it is too small to be shown."""

    name: str
    count: int | None
    share: int | None = None


@dataclass(frozen=True)
class Hurdle:
    """How one page is used: opened, sent, given up, and how long it takes."""

    kind: str
    opened: int
    sent: int
    empty: int
    given_up: int | None
    times: tuple[Cell, ...]


def steps_of(reference: str) -> Sequence[RecordEntry]:
    """What happened to a declaration, the oldest first."""
    rows = select(RecordEntry).filter_by(reference=reference).order_by(RecordEntry.position)
    return db.session.scalars(rows).all()


def names_of(ids: set[int]) -> dict[int, str]:
    """Names of colleagues by their number."""
    rows = select(User.id, User.name).where(User.id.in_(ids)) if ids else None
    return {row[0]: row[1] for row in db.session.execute(rows)} if rows is not None else {}


def deliveries_of(declaration_id: int) -> Sequence[tuple[Delivery, Notification | None]]:
    """Every document that was sent, with its mail."""
    rows = (
        select(Delivery, Notification)
        .outerjoin(Notification, Notification.id == Delivery.notification_id)
        .where(Delivery.declaration_id == declaration_id)
        .order_by(Delivery.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows)]


def repeated(declaration_id: int) -> Sequence[Declaration]:
    """Declarations that only say this one again."""
    return db.session.scalars(
        select(Declaration).where(Declaration.standing.has(duplicate_of_id=declaration_id)).order_by(Declaration.id)
    ).all()


def reasons_between(first: date, last: date) -> tuple[int, list[Cell]]:
    """How many gave voluntary feedback, and how often each reason was chosen; small sums are held back.

    Where only one sum is too small the next smallest is held back as well, or it could be reckoned from the total.
    """
    rows = (
        select(LeavingFeedback.reason, func.count())
        .where(LeavingFeedback.day.between(first, last))
        .group_by(LeavingFeedback.reason)
    )
    found = {reason or "text_only": count for reason, count in db.session.execute(rows)}
    return held_back(found)


def held_back(found: dict[str, int]) -> tuple[int, list[Cell]]:
    """The total and the sums, the largest first; None for those that are not shown. A total that is small is 0."""
    total = sum(found.values())
    ordered = sorted(found.items(), key=lambda each: -each[1])
    if total < SMALLEST:
        return 0, []
    hidden = {name for name, count in ordered if count < SMALLEST}
    if len(hidden) == 1 and len(ordered) > 1:
        hidden.add(next(name for name, _count in reversed(ordered) if name not in hidden))
    return total, [
        Cell(name, None if name in hidden else count, None if name in hidden else round(100 * count / total))
        for name, count in ordered
    ]


def texts_between(first: date, last: date, limit: int = 100) -> Sequence[Any]:
    """Voluntary texts, to the day and the kind, in no order that leads to a declaration."""
    rows = (
        select(LeavingFeedback.day, LeavingFeedback.text)
        .where(LeavingFeedback.day.between(first, last), LeavingFeedback.text != "")
        .order_by(LeavingFeedback.day.desc(), LeavingFeedback.mark)
        .limit(limit)
    )
    return db.session.execute(rows).all()


def hurdles_between(first: date, last: date) -> list[Hurdle]:
    """How the two pages are used: people who open and do not send, and how long the others take."""
    rows = select(LeavingCount.kind, LeavingCount.measure, func.sum(LeavingCount.amount)).where(
        LeavingCount.day.between(first, last)
    )
    sums: dict[str, Counter[str]] = {}
    for kind, measure, amount in db.session.execute(rows.group_by(LeavingCount.kind, LeavingCount.measure)):
        sums.setdefault(kind, Counter())[measure] = int(amount)
    return [_hurdle(kind, sums[kind]) for kind in sorted(sums)]


def _hurdle(kind: str, counts: Counter[str]) -> Hurdle:
    opened, sent = counts["opened"], counts["sent"]
    # Somebody may send without having opened the page here, so that there are never fewer than none.
    given_up = round(100 * max(opened - sent, 0) / opened) if opened >= SMALLEST else None
    timed = {name.removeprefix("took_"): count for name, count in counts.items() if name.startswith("took_")}
    total = sum(timed.values())
    order = sorted(timed, key=lambda name: int(name) if name.isdigit() else 10**6)
    times = tuple(Cell(name, timed[name], round(100 * timed[name] / total)) for name in order if total)
    return Hurdle(kind, opened, sent, counts["empty"], given_up, times)
