"""Count days: read their questions, promises and answers once, and keep the sums in place of those kept before."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select

from portal.foundation.database import db, transaction
from portal.foundation.sql.prepared import plain_rows
from portal.questions.models import Message, PromiseEntry, Question, Rating
from portal.questions.rules import Author, ClosedBy
from portal.reports.models import ReportCount, ReportDay, ReportPerson
from portal.reports.rules import COUNTED, Sums, bounds, rounded, worst_of
from portal.service_levels.promises import Outcome

_Key = tuple[str, str]


def count(days: Sequence[date], zone: ZoneInfo, *, now: datetime) -> None:
    """Count these days anew, and write all of them at once; advertising counts nowhere."""
    counted = [(day, *_counted(day, zone, now)) for day in days]
    rows = [_row(day, key, each) for day, sums, _ in counted for key, each in sums.items()]
    people = [
        {"day": day, "user_id": user, "answers": amount} for day, _, wrote in counted for user, amount in wrote.items()
    ]
    with transaction():
        for table in (ReportDay, ReportPerson, ReportCount):
            db.session.execute(delete(table).where(table.day.in_(days)))
        if rows:
            db.session.execute(insert(ReportDay), rows)
        if people:
            db.session.execute(insert(ReportPerson), people)
        db.session.execute(insert(ReportCount), [{"day": day, "counted_at": now} for day in days])


def first_day(zone: ZoneInfo) -> date | None:
    """The day of the first question; None while there is none."""
    first = db.session.scalar(select(func.min(Question.created_at)))
    return first.astimezone(zone).date() if first else None


def _counted(day: date, zone: ZoneInfo, now: datetime) -> tuple[dict[_Key, Sums], Counter[int]]:
    first, end = bounds(day, zone)
    sums: defaultdict[_Key, Sums] = defaultdict(Sums)
    _questions(sums, first, end)
    _promises(sums, first, end, now)
    return sums, _people(first, end)


def _questions(sums: defaultdict[_Key, Sums], first: datetime, end: datetime) -> None:
    rows = (
        select(
            Question.topic,
            Question.level,
            Question.created_at,
            Question.first_answered_at,
            Question.solved_at,
            Rating.face,
        )
        .outerjoin(Rating, Rating.question_id == Question.id)
        .where(Question.created_at >= first, Question.created_at < end, Question.closed_by != ClosedBy.SPAM.value)
    )
    for row in plain_rows(rows):
        found = sums[row.topic, row.level]
        found.asked += 1
        found.solved += row.solved_at is not None
        if row.face:
            setattr(found, row.face, getattr(found, row.face) + 1)
        if row.first_answered_at:
            found.answered += 1
            found.times[rounded((row.first_answered_at - row.created_at).total_seconds() / 60)] += 1


def _promises(sums: defaultdict[_Key, Sums], first: datetime, end: datetime, now: datetime) -> None:
    rows = (
        select(
            Question.topic,
            PromiseEntry.level,
            PromiseEntry.outcome,
            PromiseEntry.breached_at,
            PromiseEntry.due_at,
            PromiseEntry.ended_at,
            Question.number,
        )
        .join(Question, Question.id == PromiseEntry.question_id)
        .where(PromiseEntry.due_at >= first, PromiseEntry.due_at < end, Question.closed_by != ClosedBy.SPAM.value)
    )
    late: defaultdict[_Key, list[tuple[int, str]]] = defaultdict(list)
    for row in plain_rows(rows):
        found = sums[row.topic, row.level]
        if row.breached_at or row.outcome == Outcome.MISSED:
            found.missed += 1
            minutes = int(((row.ended_at or now) - row.due_at).total_seconds() // 60)
            late[row.topic, row.level].append((max(0, minutes), row.number))
        elif row.outcome == Outcome.KEPT:
            found.kept += 1
        elif row.outcome == Outcome.MOVED:
            found.moved += 1
    for key, each in late.items():
        sums[key].worst = worst_of(each)


def _people(first: datetime, end: datetime) -> Counter[int]:
    rows = (
        select(Message.user_id)
        .where(Message.created_at >= first, Message.created_at < end)
        .where(Message.author == Author.STAFF.value, Message.user_id.is_not(None))
    )
    return Counter(row[0] for row in plain_rows(rows))


def _row(day: date, key: _Key, found: Sums) -> dict[str, Any]:
    counted = {name: getattr(found, name) for name in COUNTED}
    times = {str(minutes): amount for minutes, amount in found.times.items()}
    return {"day": day, "topic": key[0], "level": key[1], **counted, "times": times, "worst": found.worst}
