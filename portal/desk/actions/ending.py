"""Mark a case as spam, and treat a message as a cancellation or a withdrawal."""

from datetime import datetime

from werkzeug.exceptions import NotFound

from portal.desk.models import QuestionTag
from portal.desk.queries.case import prepared_cancellations
from portal.foundation.database import db, insert_once, transaction
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.leaving.actions.declaring import declare
from portal.leaving.queries.company import legal_zone
from portal.leaving.rules.declarations import Arrival, Channel, Kind, Said
from portal.questions.actions.closing import finish
from portal.questions.models import Message, Question
from portal.questions.queries import customer_of, locked_question, mailed_of
from portal.questions.rules import Author, ClosedBy
from portal.service_levels.promises import Happening


def mark_spam(question_id: int, *, by: Actor, now: datetime) -> None:
    """Close without a word to whoever sent it: no mail, no judgement, no reopening by the sender."""
    with transaction():
        question = locked_question(question_id)
        if question.closed_by == ClosedBy.SPAM:
            return
        if not question.is_closed:
            finish(question, Happening.CLOSED, ClosedBy.SPAM, by=by, now=now)
        question.closed_by, question.reopen_until = ClosedBy.SPAM.value, None
        record("question.spam", "question", question.id, by=by, at=now)


def treat_as_declaration(question_id: int, message_id: int, kind: Kind, *, by: Actor, now: datetime) -> str:
    """Take a message of the customer as a declaration, with its receipt; its reference. NotFound for other messages.

    A text that says it is one, whatever its way (§ 309 Nr. 13 BGB). The receipt is the moment at which the message was
    sent to us, by mail the one at which our mail server had it, not when somebody noticed. Twice changes nothing.
    """
    question, message = db.session.get_one(Question, question_id), db.session.get(Message, message_id)
    if message is None or message.question_id != question_id or message.author != Author.CUSTOMER:
        raise NotFound
    customer = customer_of(question)
    name, came_at = question.asker_name or customer.name, _came_at(message)
    said = Said(kind=kind, name=name, email=customer.email, about=f"{question.subject}\n{message.body}")
    arrival = Arrival(
        channel=Channel.QUESTION,
        declared_at=came_at,
        received_at=came_at,
        zone=legal_zone(),
        language=question.language,
        stamp=f"question:{message_id}:{kind.value}",
        question_number=question.number,
        taken_by=by.id,
    )
    reference = declare(said, arrival, now=now).declaration.reference
    _note(question_id, (message_id, came_at), reference, kind, by=by, now=now)
    return reference


def _came_at(message: Message) -> datetime:
    mailed = mailed_of([message.id] if message.channel == "mail" else []).get(message.id)
    return min(mailed.arrived_at, message.created_at) if mailed is not None else message.created_at


def _note(
    question_id: int, came: tuple[int, datetime], reference: str, kind: Kind, *, by: Actor, now: datetime
) -> None:
    message_id, came_at = came
    with transaction():
        locked_question(question_id)
        if message_id in prepared_cancellations(question_id):
            return
        db.session.execute(insert_once(QuestionTag, {"question_id": question_id, "tag": kind.value}))
        told = {"message": message_id, "arrived_at": came_at.isoformat(), "reference": reference}
        record("question.cancellation", "question", question_id, by=by, at=now, kind=kind.value, **told)
