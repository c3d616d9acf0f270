"""The queues: which cases belong to one, in which order, how many there are, and one page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, literal, or_, select

from portal.accounts.models import User
from portal.customers.models import Customer
from portal.desk.models import QuestionTag, SavedView
from portal.desk.queries.words import cases_with, words_of
from portal.desk.rules import COUNT_LIMIT, PAGE_SIZE, Cursor, Filter, Queue, soon_until
from portal.foundation.database import db
from portal.notifications.models import StaffNotice
from portal.questions.models import Question
from portal.questions.queries import desk_hours
from portal.questions.rules import Status

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Counts:
    """How many cases each queue holds and how many notices are unseen; each stops at COUNT_LIMIT."""

    queues: dict[Queue, int]
    notices: int


@dataclass(frozen=True)
class Page:
    """One page of a queue; `after` begins the next one."""

    rows: Sequence[Row[Any]]
    after: Cursor | None


def in_queue(queue: Queue, user_id: int, now: datetime) -> ColumnElement[bool]:
    """Which cases belong to a queue."""
    is_open = Question.status == Status.OPEN.value
    due = Question.answer_due_at
    return {
        Queue.MINE: lambda: and_(Question.assignee_id == user_id, is_open),
        Queue.FREE: lambda: and_(Question.assignee_id.is_(None), is_open),
        Queue.DUE_SOON: lambda: and_(is_open, due > now, due <= soon_until(desk_hours("de"), now)),
        Queue.OVERDUE: lambda: and_(is_open, due <= now),
        Queue.WAITING: lambda: Question.status == Status.WAITING.value,
        Queue.SOLVED: lambda: Question.status == Status.CLOSED.value,
        Queue.ALL: lambda: Question.id > 0,
    }[queue]()


def count_all(user: User, now: datetime) -> Counts:
    """The count of every queue and of what is new for this person; one statement."""
    capped = [_capped(select(literal(1)).where(in_queue(each, user.id, now))) for each in Queue]
    capped.append(_capped(select(literal(1)).where(is_for(user), StaffNotice.seen_at.is_(None))))
    found = db.session.execute(select(*capped)).one()
    return Counts(dict(zip(Queue, found, strict=False)), found[-1])


def is_for(user: User) -> ColumnElement[bool]:
    """Which notices somebody gets: their own, those for their role, and those for the whole desk."""
    everybody = and_(StaffNotice.user_id.is_(None), StaffNotice.role.in_(("", user.role)))
    return or_(StaffNotice.user_id == user.id, everybody)


def views_of(user_id: int) -> Sequence[SavedView]:
    """Saved views of one's own, and those that others share."""
    rows = select(SavedView).where(or_(SavedView.user_id == user_id, SavedView.is_shared))
    return db.session.scalars(rows.order_by(SavedView.name, SavedView.id).limit(50)).all()


def page_of(queue: Queue, user_id: int, wanted: Filter, after: Cursor | None, now: datetime) -> Page:
    """The cases of one page with customer and assignee, sorted by what is next; one statement."""
    sort, is_descending = _order(queue)
    rows = columns().where(in_queue(queue, user_id, now), *_narrowed(wanted))
    rows = rows.where(*_behind(sort, after, is_descending=is_descending))
    order = (sort.desc(), Question.id.desc()) if is_descending else (sort, Question.id)
    found = db.session.execute(rows.order_by(*order).limit(PAGE_SIZE + 1)).all()
    shown = found[:PAGE_SIZE]
    return Page(shown, _cursor(shown[-1], queue) if len(found) > PAGE_SIZE else None)


def tags_of(ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags of these cases."""
    if not ids:
        return {}
    rows = select(QuestionTag.question_id, QuestionTag.tag).where(QuestionTag.question_id.in_(ids))
    found: dict[int, list[str]] = {}
    for question_id, tag in db.session.execute(rows.order_by(QuestionTag.tag)):
        found.setdefault(question_id, []).append(tag)
    return found


def columns() -> Any:
    """What a line of a list shows of a case, with customer and assignee; no long text is read."""
    return (
        select(
            Question.id,
            Question.number,
            Question.subject,
            Question.topic,
            Question.level,
            Question.status,
            Question.language,
            Question.answer_due_at,
            Question.waiting_since,
            Question.close_at,
            Question.closed_at,
            Question.solved_at,
            Question.created_at,
            Question.last_message_at,
            Question.assignee_id,
            Customer.name.label("customer"),
            User.name.label("assignee"),
        )
        .join(Customer, Customer.id == Question.customer_id)
        .outerjoin(User, User.id == Question.assignee_id)
    )


def _order(queue: Queue) -> tuple[Any, bool]:
    """What a queue is sorted by, and whether the highest stands first."""
    if queue is Queue.WAITING:
        return Question.waiting_since, False
    if queue is Queue.SOLVED:
        return Question.closed_at, True
    return (Question.id, True) if queue is Queue.ALL else (Question.answer_due_at, False)


def _behind(sort: Any, after: Cursor | None, *, is_descending: bool) -> tuple[ColumnElement[bool], ...]:
    """The keyset: everything behind the last line that was shown, on any page equally fast."""
    if after is None:
        return ()
    if sort is Question.id:
        return (Question.id < after.id,)
    at = _EPOCH + after.value * _MICROSECOND
    if is_descending:
        return sort <= at, or_(sort < at, Question.id < after.id)
    return sort >= at, or_(sort > at, Question.id > after.id)


def _cursor(row: Row[Any], queue: Queue) -> Cursor:
    value = {Queue.WAITING: row.waiting_since, Queue.SOLVED: row.closed_at}.get(queue, row.answer_due_at)
    return Cursor((value - _EPOCH) // _MICROSECOND if value and queue is not Queue.ALL else 0, row.id)


def _narrowed(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    plain = {"topic": Question.topic, "level": Question.level, "language": Question.language, "state": Question.status}
    found += [column == wanted.given[name] for name, column in plain.items() if name in wanted.given]
    if wanted.assignee:
        is_nobody = wanted.assignee == "nobody"
        found.append(Question.assignee_id.is_(None) if is_nobody else Question.assignee_id == int(wanted.assignee))
    if wanted.customer:
        found.append(Question.customer_id == int(wanted.customer))
    if wanted.tag:
        found.append(Question.id.in_(select(QuestionTag.question_id).where(QuestionTag.tag == wanted.tag)))
    if wanted.text:
        found.append(_about(wanted.text))
    return found


def _about(typed: str) -> ColumnElement[bool]:
    """Cases with these words, or the one with this number."""
    words = words_of(typed)
    return Question.id.in_(cases_with(words)) if words else false()


def _capped(rows: Select[Any]) -> Any:
    return select(func.count()).select_from(rows.limit(COUNT_LIMIT).subquery()).scalar_subquery()
