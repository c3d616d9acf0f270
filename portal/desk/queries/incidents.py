"""Which cases belong to an incident, which may, and how far its messages are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Row, and_, bindparam, case, func, or_, select

from portal.accounts.models import User
from portal.desk.queries.queues import lines_where
from portal.foundation.database import db
from portal.incidents.models import Incident, IncidentCase, IncidentLetter, IncidentMessage
from portal.questions.models import Question
from portal.questions.rules import Status

SHOWN_CASES, SUGGESTED_CASES = 100, 50
# People write a little before somebody here knows: cases from so long before the beginning are suggested too.
_BEFORE = timedelta(hours=24)
_MESSAGES_LIMIT = 20


@dataclass(frozen=True)
class Sent:
    """A message to all: how many it goes to, how many have it, and which were left out."""

    row: IncidentMessage
    author: str
    total: int
    sent: int
    left_out: Sequence[tuple[str, str]]


def cases_in(incident_id: int) -> Sequence[Row[Any]]:
    """The cases of an incident, open ones first."""
    condition = "q.id IN (SELECT question_id FROM incident_cases WHERE incident_id = :incident)"
    order = "CASE q.status WHEN 'closed' THEN 1 ELSE 0 END, q.id"
    return lines_where(condition, order, SHOWN_CASES, {"incident": incident_id})


def counts_of(incident_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many cases each incident has, and how many of them are not closed."""
    is_open = func.sum(case((Question.status != Status.CLOSED.value, 1), else_=0))
    rows = (
        select(IncidentCase.incident_id, func.count(), is_open)
        .join(Question, Question.id == IncidentCase.question_id)
        .where(IncidentCase.incident_id.in_(incident_ids))
        .group_by(IncidentCase.incident_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in db.session.execute(rows)}


def suggested_for(incident: Incident) -> Sequence[Row[Any]]:
    """Open cases on its topics since about its beginning that do not belong to it yet, the newest first."""
    topics = {f"t{at}": slug for at, slug in enumerate(incident.topics[:20])}
    if not topics:
        return []
    conditions = (
        f"q.topic IN ({', '.join(f':{name}' for name in topics)})",
        "q.status <> 'closed'",
        "q.id > :newer_than",
        "q.id NOT IN (SELECT question_id FROM incident_cases WHERE incident_id = :incident)",
    )
    # Ids rise with time: the last question before that moment, found over the newest ones.
    values = {**topics, "incident": incident.id, "newer_than": _last_before(incident.started_at - _BEFORE)}
    return lines_where(" AND ".join(conditions), "q.id DESC", SUGGESTED_CASES, values)


def open_languages(incident_id: int) -> dict[str, int]:
    """How many cases that are not closed each language has: a message has to be written in these."""
    rows = (
        select(Question.language, func.count())
        .join(IncidentCase, IncidentCase.question_id == Question.id)
        .where(IncidentCase.incident_id == incident_id, Question.status != Status.CLOSED.value)
        .group_by(Question.language)
    )
    return {language: count for language, count in db.session.execute(rows)}


def open_cases(incident_id: int) -> Sequence[tuple[int, str]]:
    """Id and language of every case that is not closed."""
    rows = (
        select(Question.id, Question.language)
        .join(IncidentCase, IncidentCase.question_id == Question.id)
        .where(IncidentCase.incident_id == incident_id, Question.status != Status.CLOSED.value)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(Question.id))]


def _for_case() -> Any:
    is_this = IncidentCase.question_id == bindparam("question", type_=Integer)
    is_in = IncidentCase.question_id.is_not(None)
    rows = select(Incident, is_in).outerjoin(IncidentCase, and_(IncidentCase.incident_id == Incident.id, is_this))
    return rows.where(or_(Incident.over_at.is_(None), is_in)).order_by(Incident.id.desc()).limit(50)


# Put together once: every case asks for it.
_FOR_CASE = _for_case()


def incidents_for_case(question_id: int) -> Sequence[tuple[Incident, bool]]:
    """The incidents that last or that a case belongs to, and whether it does; one statement."""
    return [(row[0], row[1]) for row in db.session.execute(_FOR_CASE, {"question": question_id})]


def messages_of(incident_id: int) -> list[Sent]:
    """The newest messages to all that were not taken back."""
    letter = IncidentLetter
    counted = (
        select(
            IncidentMessage,
            User.name,
            func.count(letter.question_id),
            func.sum(case((and_(letter.settled_at.is_not(None), letter.problem == ""), 1), else_=0)),
        )
        .join(User, User.id == IncidentMessage.user_id)
        .outerjoin(letter, letter.message_id == IncidentMessage.id)
        .where(IncidentMessage.incident_id == incident_id, IncidentMessage.undone_at.is_(None))
        .group_by(IncidentMessage.id, User.name)
        .order_by(IncidentMessage.id.desc())
        .limit(_MESSAGES_LIMIT)
    )
    found = db.session.execute(counted.execution_options(populate_existing=True)).all()
    left_out = _left_out([row[0].id for row in found])
    return [Sent(row, name, total, int(sent or 0), left_out.get(row.id, ())) for row, name, total, sent in found]


def taken_back(incident_id: int, message_id: int, user_id: int) -> IncidentMessage | None:
    """A message that this person has taken back."""
    own = {"id": message_id, "incident_id": incident_id, "user_id": user_id}
    return db.session.scalar(select(IncidentMessage).filter_by(**own).where(IncidentMessage.undone_at.is_not(None)))


def due_messages(now: datetime) -> Sequence[int]:
    """Messages to all that may go out and are not done, the oldest first."""
    waiting = (IncidentMessage.undone_at.is_(None), IncidentMessage.done_at.is_(None), IncidentMessage.send_at <= now)
    return db.session.scalars(select(IncidentMessage.id).where(*waiting).order_by(IncidentMessage.id).limit(20)).all()


def unsettled_letters(message_id: int, limit: int) -> Sequence[int]:
    """The questions that do not have this message yet."""
    letter = IncidentLetter
    rows = select(letter.question_id).where(letter.message_id == message_id, letter.settled_at.is_(None))
    return db.session.scalars(rows.order_by(letter.question_id).limit(limit)).all()


def _left_out(message_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    letter = IncidentLetter
    rows = (
        select(letter.message_id, Question.number, letter.problem)
        .join(Question, Question.id == letter.question_id)
        .where(letter.message_id.in_(message_ids), letter.problem != "")
        .order_by(letter.question_id)
        .limit(200)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for message_id, number, problem in db.session.execute(rows) if message_ids else ():
        found.setdefault(message_id, []).append((number, problem))
    return found


def _last_before(moment: datetime) -> int:
    newest_first = select(Question.id).where(Question.created_at < moment).order_by(Question.id.desc()).limit(1)
    return db.session.scalar(newest_first) or 0
