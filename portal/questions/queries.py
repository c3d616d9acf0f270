"""Named reads of questions and of what promises are counted with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, Integer, String, bindparam, exists, not_, or_, select

from portal.attachments.models import Attachment
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, is_read_only
from portal.foundation.moments import Moment
from portal.foundation.rendering.paging import FIRST, Place, from_there
from portal.foundation.sql.prepared import Prepared, plain_rows
from portal.questions.models import (
    Draft,
    FairnessRound,
    MailedMessage,
    Message,
    PromiseEntry,
    Question,
    Rating,
    SheetEntry,
)
from portal.questions.rules import CustomerState, Status
from portal.service_levels.business_hours import BusinessHours
from portal.service_levels.desk_hours import read_desk_hours
from portal.service_levels.levels import ServiceLevels
from portal.service_levels.levels_file import LEVELS_FILE

# Built once: every look at a page asks for these.
_QUESTION, _MOST = bindparam("question", type_=Integer), bindparam("most", type_=Integer)


def ended_rows(question: Any) -> Any:
    """The last promises of that question that have ended, the newest first; it is a value or a column."""
    rows = select(PromiseEntry).where(PromiseEntry.question_id == question, PromiseEntry.ended_at.is_not(None))
    return rows.order_by(PromiseEntry.id.desc()).limit(_MOST)


def shown_before_rows(question: Any) -> Any:
    """Its last messages before the one that is `before`, the newest first, each with whether it has files."""
    rows = select(Message, _HAS_FILES.label("has_files")).where(Message.question_id == question, _IS_BEFORE)
    return rows.order_by(Message.id.desc()).limit(_MOST)


_IS_BEFORE = Message.id < bindparam("before", type_=BigInteger)
_HAS_FILES = exists().where(Attachment.owner_type == "message", Attachment.owner_id == Message.id)
_ENDED = Prepared(ended_rows(_QUESTION))
_ENDED_BY = Prepared(
    select(PromiseEntry)
    .where(PromiseEntry.question_id == _QUESTION, PromiseEntry.ended_at <= bindparam("until", type_=Moment()))
    .order_by(PromiseEntry.id.desc())
    .limit(_MOST)
)
_SHOWN_BEFORE = Prepared(shown_before_rows(_QUESTION))
_SHOWN_AFTER = Prepared(
    select(Message, _HAS_FILES.label("has_files"))
    .where(Message.question_id == _QUESTION, Message.id > bindparam("after", type_=BigInteger))
    .order_by(Message.id)
    .limit(_MOST)
)
_SHEET = Prepared(select(SheetEntry).where(SheetEntry.question_id == _QUESTION))
_RATING = Prepared(select(Rating).where(Rating.question_id == _QUESTION))
_DRAFT = Prepared(
    select(Draft.content).where(
        Draft.user_id == bindparam("user", type_=Integer), Draft.form == bindparam("form", type_=String)
    )
)


def service_levels() -> ServiceLevels:
    """The levels of this moment."""
    return LEVELS_FILE.here().levels


def desk_hours(language: str) -> BusinessHours:
    """The hours in which promises are counted, with the names of closed days in that language."""
    return read_desk_hours(COMPANY.here(), language)


def locked_question(question_id: int) -> Question:
    """The question as it is now, for a change: whoever else wants to change it waits for this transaction."""
    row = select(Question).where(Question.id == question_id).with_for_update()
    return db.session.scalars(row.execution_options(populate_existing=True)).one()


def customer_of(question: Question) -> Customer:
    """Whose question it is, as the session has it."""
    return db.session.get_one(Customer, question.customer_id)


def running_promise(question_id: int) -> PromiseEntry | None:
    """The promise that nobody has ended yet; None while it is not our turn."""
    row = select(PromiseEntry).where(PromiseEntry.question_id == question_id, PromiseEntry.ended_at.is_(None))
    return db.session.scalar(row.execution_options(populate_existing=True))


def ended_promises(question_id: int, limit: int = 50) -> Sequence[PromiseEntry]:
    """The last promises that have ended, oldest first, to be read only."""
    past = clock.past()
    if past is not None:
        return _ENDED_BY.rows({"question": question_id, "most": limit, "until": past})[::-1]
    return _ENDED.rows({"question": question_id, "most": limit})[::-1]


def shown_messages(
    question_id: int, *, before: int | None = None, after: int | None = None, limit: int
) -> Sequence[tuple[Message, bool]]:
    """The last messages, those before one, or the first after one, each with whether it has files.

    Always oldest first, and to be read only.
    """
    values = {"question": question_id, "most": limit}
    if after is not None:
        rows = _SHOWN_AFTER.rows({**values, "after": after})
    else:
        # Ids are counted up from 1, so that none lies behind this one.
        rows = _SHOWN_BEFORE.rows({**values, "before": before or 2**62})[::-1]
    return [(cast("Message", row), row.has_files) for row in rows]


def mailed_of(message_ids: Sequence[int]) -> dict[int, MailedMessage]:
    """What belongs to those of these messages that came by mail; without any, no statement."""
    if not message_ids:
        return {}
    rows = db.session.scalars(select(MailedMessage).where(MailedMessage.message_id.in_(message_ids)))
    return {row.message_id: row for row in rows}


def sheet_of(question_id: int) -> dict[str, SheetEntry]:
    """The written lines of the case sheet by their name, to be read only."""
    return {row.line: row for row in _SHEET.rows({"question": question_id}) if row.text}


def rating_of(question_id: int) -> Rating | None:
    """The customer's judgement, if there is one, to be read only."""
    return next(iter(_RATING.rows({"question": question_id})), None)


def rounds_of(question_id: int) -> Sequence[FairnessRound]:
    """The rounds about what would be fair, the first one first."""
    rows = select(FairnessRound).where(FairnessRound.question_id == question_id).order_by(FairnessRound.turn)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def fairness_of(question_id: int) -> tuple[list[FairnessRound], bool]:
    """The rounds about what would be fair, and whether a promise of this question was ever missed; one statement."""
    missed = select(PromiseEntry.id).where(
        PromiseEntry.question_id == question_id, PromiseEntry.breached_at.is_not(None)
    )
    rows = select(FairnessRound, missed.exists()).select_from(Question).where(Question.id == question_id)
    rows = rows.outerjoin(FairnessRound, FairnessRound.question_id == Question.id).order_by(FairnessRound.turn)
    found = db.session.execute(rows.execution_options(populate_existing=True)).all()
    return [row[0] for row in found if row[0] is not None], any(row[1] for row in found)


def reply_draft(user_id: int, question_id: int) -> str:
    """What somebody who is signed in has typed for this question and not sent."""
    # What is not sent is for nobody else, also not for staff who look at the page.
    if is_read_only():
        return ""
    drafts = _DRAFT.rows({"user": user_id, "form": f"reply:{question_id}"})
    return str(drafts[0].content.get("body", "")) if drafts else ""


def number_of(question_id: int, customer_id: int) -> str | None:
    """The number of another question of the same customer."""
    return db.session.scalar(select(Question.number).filter_by(id=question_id, customer_id=customer_id))


def is_message_of(message_id: int, question_id: int) -> bool:
    """Whether that message stands on that question's page."""
    row = select(Message.id).where(Message.id == message_id, Message.question_id == question_id)
    return db.session.scalar(row.where(Message.withdrawn_at.is_(None))) is not None


@dataclass(frozen=True)
class ListFilter:
    """Which of somebody's questions are wanted: words of subject or number, a state, from which place on."""

    words: str = ""
    state: CustomerState | None = None
    place: Place = FIRST


@dataclass(frozen=True)
class Reader:
    """Whose questions a list shows: one of a few conditions, built once, and its values."""

    condition: ColumnElement[bool]
    values: Mapping[str, Any]


def questions_where(reader: Reader, wanted: ListFilter, *, limit: int) -> Sequence[Question]:
    """The questions that this reader may see and wants, the nearest to their place first; read only; one statement."""
    if wanted.words or wanted.place.row:
        return plain_rows(_newest(reader, wanted, limit), reader.values)
    kind = reader.condition, wanted.state, limit
    found = _LISTS.get(kind) or _LISTS.setdefault(kind, Prepared(_newest(reader, wanted, limit)))
    return found.rows(reader.values)


def _newest(reader: Reader, wanted: ListFilter, limit: int) -> Any:
    rows = newest_from(select(*_LISTED).where(reader.condition), wanted).limit(limit)
    return rows.where(*_STATES[wanted.state]) if wanted.state else rows


def newest_from(rows: Any, wanted: ListFilter) -> Any:
    """The statement with the words and the place of the list; states change, so they are asked for apart."""
    if wanted.words:
        subject = Question.subject.icontains(wanted.words, autoescape=True)
        rows = rows.where(or_(subject, Question.number.icontains(wanted.words, autoescape=True)))
    return from_there(rows, wanted.place, Question.id)


_LISTED = (
    Question.id,
    Question.number,
    Question.subject,
    Question.status,
    Question.first_answered_at,
    Question.level,
    Question.assignee_id,
    Question.begun_at,
    Question.solved_at,
    Question.answer_due_at,
    Question.last_message_at,
)
_MARKS = (Question.first_answered_at, Question.assignee_id, Question.begun_at)
_IS_IN_WORK = or_(*(mark.is_not(None) for mark in _MARKS))
_STATES: dict[CustomerState, tuple[ColumnElement[bool], ...]] = {
    CustomerState.RECEIVED: (Question.status == Status.OPEN, not_(_IS_IN_WORK)),
    CustomerState.IN_WORK: (Question.status == Status.OPEN, _IS_IN_WORK),
    CustomerState.YOUR_TURN: (Question.status == Status.WAITING,),
    CustomerState.SOLVED: (Question.status == Status.CLOSED, Question.solved_at.is_not(None)),
    CustomerState.CLOSED: (Question.status == Status.CLOSED, Question.solved_at.is_(None)),
}
# The list as it is opened, by its conditions: to build it anew costs more than everything else of its page.
_LISTS: dict[tuple[ColumnElement[bool], CustomerState | None, int], Prepared] = {}
