"""What stands in a case beside the question itself; few statements, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.desk.access import Case, case_in, case_rows, newest_mark, opened
from portal.desk.models import Note, QuestionLink, QuestionTag, Reminder, StepTick
from portal.desk.queries.views import colleague_rows
from portal.foundation.database import db
from portal.foundation.moments import Moment
from portal.foundation.sql.gathered import gathered
from portal.foundation.sql.prepared import Prepared
from portal.journal.models import Event
from portal.questions.models import Message, PromiseEntry, Question, Rating, SheetEntry
from portal.questions.queries import ended_rows, shown_before_rows
from portal.questions.rules import THREAD_SIZE, Author

EARLIER_LIMIT = 8
# A page of the timeline never shows more of each kind, however much happened between two messages.
_SIDE_LIMIT = 200
_MOST_PROMISES = 50


@dataclass(frozen=True)
class Tick:
    """A step that somebody has done."""

    author_name: str
    ticked_at: datetime


@dataclass(frozen=True)
class ReminderView:
    """A case comes back to this person at a time."""

    id: int
    remind_at: datetime
    remark: str


@dataclass(frozen=True)
class LinkView:
    """Another question of this matter; `kind` is `related`, `merged` (it came here) or `into` (this one went there)."""

    number: str
    subject: str
    kind: str


@dataclass
class Marks:
    """What staff put on a case: ticked steps by their name, tags, own reminders, links."""

    ticks: dict[str, Tick] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    reminders: list[ReminderView] = field(default_factory=list)
    links: list[LinkView] = field(default_factory=list)


class Beside(NamedTuple):
    """What the page of a case shows besides the question, to be read only; messages, events, promises newest first.

    `earlier` are the newest questions of the customer with what they thought of them, this one among them; `face` and
    `sentence` are None without a rating. `sheet` has every line of the case sheet that was ever written.
    """

    messages: Sequence[Any]
    events: Sequence[Event]
    promises: Sequence[PromiseEntry]
    earlier: Sequence[Any]
    marks: Sequence[Any]
    sheet: Sequence[SheetEntry]
    people: Sequence[Any]


def case_and_beside(number: str, *, before: int | None) -> tuple[Case, Beside]:
    """The case with that number, as `case_of` opens it, and all of that: one statement, as it is at one moment.

    The messages are the last ones, or those before one.
    """
    # Ids are counted up from 1, so that none lies behind this one.
    found: tuple[Case, Beside] = opened(number, _CASE_AND_BESIDE, before=before or 2**62)
    return found


def marks_in(rows: Sequence[Any]) -> Marks:
    """What staff put on a case, sorted by what it is."""
    found = Marks()
    for kind, first, second, third, at, number in rows:
        if kind == "tick":
            found.ticks[first] = Tick(second, at)
        elif kind == "tag":
            found.tags.append(first)
        elif kind == "reminder":
            found.reminders.append(ReminderView(number, at, first))
        else:
            found.links.append(LinkView(first, second, third))
    found.tags.sort()
    found.reminders.sort(key=lambda each: each.remind_at)
    return found


def notes_between(question_id: int, since: datetime | None, until: datetime | None) -> Sequence[Note]:
    """Internal notes of a span of time, oldest first."""
    return _read_between(Note, question_id, since, until)


def events_between(question_id: int, since: datetime | None, until: datetime | None) -> Sequence[Event]:
    """The history of a span of time, oldest first."""
    return _read_between(Event, question_id, since, until)


def newest_of(question_id: int) -> str:
    """The mark of the newest message and note as they are now."""
    message = select(func.max(Message.id)).where(Message.question_id == question_id).scalar_subquery()
    note = select(func.max(Note.id)).where(Note.question_id == question_id).scalar_subquery()
    found = db.session.execute(select(message, note)).one()
    return newest_mark(found[0], found[1])


def staff_authors(question_id: int) -> set[int]:
    """Who of ours has written to the customer in this question."""
    is_ours = (Message.question_id == question_id, Message.author == Author.STAFF.value, Message.user_id.is_not(None))
    return {each for each in db.session.scalars(select(Message.user_id).where(*is_ours).distinct()) if each}


def customer_messages(question_id: int) -> Sequence[Message]:
    """What the customer wrote, the newest first."""
    rows = select(Message).where(Message.question_id == question_id, Message.author == Author.CUSTOMER.value)
    return db.session.scalars(rows.order_by(Message.id.desc()).limit(20)).all()


def prepared_cancellations(question_id: int) -> set[int]:
    """The messages of a case that were prepared as cancellations, by id."""
    rows = select(Event.details).where(Event.subject_type == "question", Event.subject_id == question_id)
    found = db.session.scalars(rows.where(Event.verb == "question.cancellation"))
    return {details["message"] for details in found}


def tags_on(question_id: int) -> Sequence[str]:
    """The tags of one case."""
    return db.session.scalars(select(QuestionTag.tag).where(QuestionTag.question_id == question_id)).all()


def question_by_number(number: str) -> Question | None:
    """The question with that number."""
    return db.session.scalar(select(Question).filter_by(number=number))


def _read_between(model: Any, question_id: int, since: datetime | None, until: datetime | None) -> Sequence[Any]:
    # Built once for each of four kinds.
    statement = _between(model, begins=since is not None, ends=until is not None)
    values = {"question": question_id, "since": since, "until": until}
    return statement.rows({name: value for name, value in values.items() if value is not None})[::-1]


@lru_cache(maxsize=8)
def _between(model: Any, *, begins: bool, ends: bool) -> Prepared:
    is_event = model is Event
    of_question = Event.subject_id if is_event else model.question_id
    rows, at = select(model).where(of_question == _GIVEN_ID), Event.at if is_event else model.created_at
    rows = rows.where(Event.subject_type == "question") if is_event else rows
    rows = rows.where(at >= bindparam("since", type_=Moment())) if begins else rows
    rows = rows.where(at < bindparam("until", type_=Moment())) if ends else rows
    return Prepared(rows.order_by(model.id.desc()).limit(_SIDE_LIMIT))


def _earlier() -> Any:
    each: Any = _OTHER
    shown = (each.id, each.number, each.subject, each.status, each.solved_at)
    in_work = (each.first_answered_at, each.assignee_id, each.begun_at)
    newest = select(each.id).where(each.customer_id == _CUSTOMER_ID)
    newest = newest.order_by(each.id.desc()).limit(EARLIER_LIMIT + 1)
    # Not by OR, for which PostgreSQL reads every question there is.
    wanted = each.id.in_(union_all(select(_QUESTION_ID), select(newest.subquery().c.id)))
    rows = select(*shown, *in_work, Rating.face, Rating.sentence).outerjoin(Rating, Rating.question_id == each.id)
    return rows.where(wanted).order_by(each.id.desc())


_NONE = cast(null(), String)
_NEVER = cast(null(), Moment)
_NO_ID = cast(null(), Integer)


def _ticks(question_id: Any) -> Any:
    columns = (literal("tick"), StepTick.step, StepTick.author_name, _NONE, StepTick.ticked_at, _NO_ID)
    return select(*columns).where(StepTick.question_id == question_id)


def _tags(question_id: Any) -> Any:
    columns = (literal("tag"), QuestionTag.tag, _NONE, _NONE, _NEVER, _NO_ID)
    return select(*columns).where(QuestionTag.question_id == question_id)


def _reminders(question_id: Any, user_id: Any) -> Any:
    columns = (literal("reminder"), Reminder.remark, _NONE, _NONE, Reminder.remind_at, Reminder.id)
    is_own = and_(Reminder.question_id == question_id, Reminder.user_id == user_id, Reminder.done_at.is_(None))
    return select(*columns).where(is_own)


def _links(question_id: Any) -> Any:
    is_there = and_(QuestionLink.question_id == question_id, _OTHER.id == QuestionLink.other_id)
    is_here = and_(QuestionLink.other_id == question_id, _OTHER.id == QuestionLink.question_id)
    went_there = and_(QuestionLink.question_id == question_id, QuestionLink.kind == "merged")
    kind = case((went_there, literal("into")), else_=QuestionLink.kind)
    columns = (literal("link"), _OTHER.number, _OTHER.subject, kind, _NEVER, _NO_ID)
    return select(*columns).select_from(QuestionLink).join(_OTHER, or_(is_there, is_here))


_GIVEN_ID: Any = bindparam("question", type_=Integer)
# Of the case itself, around each of the statements that are gathered; other questions have another name in them.
_QUESTION_ID: Any = literal_column("questions.id", type_=Integer)
_CUSTOMER_ID: Any = literal_column("customers.id", type_=Integer)
_USER_ID: Any = bindparam("user", type_=Integer)
_OTHER: Any = aliased(Question, name="others")


def _events() -> Any:
    shown = (Event.id, Event.at, Event.verb, Event.actor_kind, Event.actor_name, Event.details)
    rows = select(*shown).where(Event.subject_type == "question", Event.subject_id == _QUESTION_ID)
    return rows.order_by(Event.id.desc()).limit(_SIDE_LIMIT)


def _sheet() -> Any:
    entry = SheetEntry
    shown = (entry.line, entry.text, entry.author_name, entry.changed_at, entry.objected_at, entry.objection)
    return select(*shown).where(entry.question_id == _QUESTION_ID)


def _marks() -> Any:
    return union_all(
        _ticks(_QUESTION_ID), _tags(_QUESTION_ID), _reminders(_QUESTION_ID, _USER_ID), _links(_QUESTION_ID)
    )


def _case_and_beside() -> Prepared:
    promise = (PromiseEntry.outcome, PromiseEntry.due_at, PromiseEntry.reason)
    cells = (
        gathered(shown_before_rows(_QUESTION_ID).limit(THREAD_SIZE + 1), "messages"),
        gathered(_events(), "events"),
        gathered(ended_rows(_QUESTION_ID).with_only_columns(*promise).limit(_MOST_PROMISES), "promises"),
        gathered(_earlier(), "earlier"),
        gathered(_marks(), "marks"),
        gathered(_sheet(), "sheet"),
        gathered(colleague_rows, "people", is_same=True),
    )
    at = -len(cells)
    return Prepared(case_rows().add_columns(*cells), make=lambda row: (case_in(row[:at]), Beside._make(row[at:])))


# Put together once: that takes longer than asking.
_CASE_AND_BESIDE = _case_and_beside()
