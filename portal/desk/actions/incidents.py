"""Put cases to an incident, and tell all of them something: written once, sent to each as an answer of its own.

A message waits as long as every answer, so that it can be taken back; then the worker sends it in pieces. A letter is
settled in the transaction that sends it, so that several workers, or one that died, never send it twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, update

from portal.accounts.access import actor_of
from portal.accounts.models import User
from portal.desk.actions.bulk import Outcome
from portal.desk.actions.pending import UNDO_FOR
from portal.desk.queries.incidents import due_messages, open_cases, unsettled_letters
from portal.foundation.chores import done_one_by_one
from portal.foundation.company import COMPANY
from portal.foundation.database import db, insert_once, transaction
from portal.foundation.errors import PortalError
from portal.foundation.i18n import LOCALES
from portal.foundation.sql.trying import repeatable
from portal.incidents.models import IncidentCase, IncidentLetter, IncidentMessage
from portal.incidents.queries import locked_incident
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.keys.actions import StampUsed, finish_stamp, take_stamp
from portal.questions.actions.answering import Answer, Then, answer
from portal.questions.actions.closing import solve_question
from portal.questions.models import Question
from portal.questions.queries import customer_of

# Letters that one piece of the worker's duty sends; between two pieces other duties have their turn.
_PIECE = 25
WROTE_MEANWHILE, CLOSED_MEANWHILE = "newer", "closed"


class NobodyToTell(PortalError):
    """No case of the incident is open."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("No open case belongs to this incident. There is nobody to tell."))


class _Settled(Exception):
    """Another worker was faster, or the letter must not go out."""


def attach_cases(incident_id: int, ids: Sequence[int], *, by: Actor, now: datetime) -> int:
    """Put cases to an incident; how many of them were new there."""
    with transaction():
        row = locked_incident(incident_id)
        title = next(iter(row.texts.values()))["title"]
        known = set(db.session.scalars(db.select(Question.id).where(Question.id.in_(ids))))
        fresh = [each for each in dict.fromkeys(ids) if each in known and _attach(incident_id, each, now)]
        for each in fresh:
            record("question.incident", "question", each, by=by, at=now, title=title)
    return len(fresh)


def attach_all(ids: Sequence[int], incident_id: int, *, by: Actor, now: datetime) -> Outcome:
    """Put cases that were chosen in a queue to an incident; the outcome says how many were new there."""
    fresh = attach_cases(incident_id, ids, by=by, now=now)
    return Outcome(fresh, len(ids) - fresh)


def detach_case(incident_id: int, question_id: int, *, by: Actor, now: datetime) -> None:
    """It is about something else after all; a message that has not reached it does not go there."""
    with transaction():
        row = locked_incident(incident_id)
        gone = delete(IncidentCase).where(
            IncidentCase.incident_id == incident_id, IncidentCase.question_id == question_id
        )
        if db.session.execute(gone).rowcount != 1:  # type: ignore[attr-defined]
            return
        messages = db.select(IncidentMessage.id).where(IncidentMessage.incident_id == incident_id)
        unsent = delete(IncidentLetter).where(
            IncidentLetter.question_id == question_id,
            IncidentLetter.settled_at.is_(None),
            IncidentLetter.message_id.in_(messages),
        )
        db.session.execute(unsent.execution_options(synchronize_session=False))
        title = next(iter(row.texts.values()))["title"]
        record("question.no_incident", "question", question_id, by=by, at=now, title=title)


@repeatable
def hold_message(
    incident_id: int, texts: Mapping[str, str], then: Then, *, stamp: str, by: Actor, now: datetime
) -> int:
    """Keep a message to everybody whose case is open, by its id; the same form twice is one. NobodyToTell refuses."""
    with transaction():
        written = "\n".join((str(incident_id), then.value, *(f"{code}:{text}" for code, text in texts.items())))
        earlier = take_stamp("incident", stamp, written, now=now)
        if earlier is not None:
            return int(earlier.result)
        locked_incident(incident_id)
        to = [question_id for question_id, language in open_cases(incident_id) if _text_in(texts, language)]
        if not to:
            raise NobodyToTell
        row = IncidentMessage(
            incident_id=incident_id,
            user_id=by.id,
            texts=dict(texts),
            after=then.value,
            created_at=now,
            send_at=now + UNDO_FOR,
        )
        db.session.add(row)
        db.session.flush()
        db.session.add_all(IncidentLetter(message_id=row.id, question_id=each, problem="") for each in to)
        record("incident.told", "incident", incident_id, by=by, at=now, cases=len(to))
        finish_stamp("incident", stamp, str(row.id))
    return row.id


def take_message_back(incident_id: int, message_id: int, *, now: datetime) -> bool:
    """Stop a message before it goes out, once; False when the worker has begun."""
    with transaction():
        row = db.session.get(IncidentMessage, message_id, populate_existing=True, with_for_update=True)
        if row is None or row.incident_id != incident_id:
            return False
        if row.undone_at is None and row.send_at > now:
            row.undone_at = now
        return row.undone_at is not None


def solve_all(incident_id: int, *, by: Actor, now: datetime) -> Outcome:
    """Every open case of the incident is solved; each customer is told."""
    ids = [question_id for question_id, _language in open_cases(incident_id)]
    for each in ids:
        solve_question(each, by=by, now=now)
    return Outcome(len(ids))


def send_messages(now: datetime) -> bool:
    """A piece of what waits to be told; True when more is waiting."""
    has_more = False
    for message_id in due_messages(now):
        letters = unsettled_letters(message_id, _PIECE)
        done_one_by_one(letters, partial(_send, message_id, now=now), f"message {message_id} to question")
        left = unsettled_letters(message_id, 1)
        if not left:
            _finish(message_id, now)
        has_more = has_more or (len(letters) == _PIECE and bool(left))
    return has_more


def has_messages(now: datetime) -> bool:
    """Whether something is to be told now."""
    return bool(due_messages(now))


def _attach(incident_id: int, question_id: int, now: datetime) -> bool:
    values = {"incident_id": incident_id, "question_id": question_id, "attached_at": now}
    return int(db.session.execute(insert_once(IncidentCase, values)).rowcount) == 1  # type: ignore[attr-defined]


def _send(message_id: int, question_id: int, *, now: datetime) -> None:
    row = db.session.get_one(IncidentMessage, message_id, populate_existing=True)
    question = db.session.get_one(Question, question_id, populate_existing=True)
    by = actor_of(db.session.get_one(User, row.user_id))
    body = _letter(row, question, by)
    given = Answer(body, f"incident-{message_id}-{question_id}", then=Then(row.after))

    def check(locked: Question) -> None:
        problem = _problem(locked, row)
        if not _settle(message_id, question_id, now, problem):
            raise _Settled
        if problem:
            raise _LeftOut(problem)

    try:
        answer(question_id, given, by=by, now=now, check=check)
    except (_Settled, StampUsed):
        return
    except _LeftOut as error:
        with transaction():
            _settle(message_id, question_id, now, str(error))


class _LeftOut(Exception):
    """This customer is not told: somebody has to look at the case."""


def _problem(question: Question, row: IncidentMessage) -> str:
    """Why this letter does not go out: what the customer wrote since the message must not be answered unread."""
    if question.is_closed:
        return CLOSED_MEANWHILE
    wrote = question.last_customer_message_at
    return WROTE_MEANWHILE if wrote is not None and wrote > row.created_at else ""


def _settle(message_id: int, question_id: int, now: datetime, problem: str) -> bool:
    letter = IncidentLetter
    mine = (letter.message_id == message_id, letter.question_id == question_id, letter.settled_at.is_(None))
    settled = update(letter).where(*mine).values(settled_at=now, problem=problem)
    done = db.session.execute(settled.execution_options(synchronize_session=False))
    return int(done.rowcount) == 1  # type: ignore[attr-defined]


def _finish(message_id: int, now: datetime) -> None:
    row = IncidentMessage
    with transaction():
        done = update(row).where(row.id == message_id, row.done_at.is_(None)).values(done_at=now)
        db.session.execute(done.execution_options(synchronize_session=False))


def _letter(row: IncidentMessage, question: Question, by: Actor) -> str:
    """The text in the customer's language, with their own greeting, and who wrote it."""
    customer = customer_of(question)
    name = question.asker_name or customer.name
    with force_locale(LOCALES.get(question.language, question.language)):
        greeting = _("Hello %(name)s,", name=name) if name else _("Hello,")
        closing = _("Kind regards")
    text = _text_in(row.texts, question.language)
    return f"{greeting}\n\n{text}\n\n{closing}\n{by.name}\n{COMPANY.here().name}"


def _text_in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next((text for text in texts.values() if text), "")
