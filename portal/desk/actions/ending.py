"""Mark a case as spam, and prepare a message as a cancellation."""

from datetime import datetime

from werkzeug.exceptions import NotFound

from portal.desk.models import QuestionTag
from portal.desk.queries.case import prepared_cancellations
from portal.foundation.database import db, insert_once, transaction
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.actions.closing import finish
from portal.questions.models import Message
from portal.questions.queries import locked_question
from portal.questions.rules import Author, ClosedBy
from portal.service_levels.promises import Happening

CANCELLATION = "cancellation"


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


def treat_as_cancellation(question_id: int, message_id: int, *, by: Actor, now: datetime) -> None:
    """Keep that a message of the customer is a cancellation and when it arrived; NotFound for any other message.

    The arrival is the moment at which the message was sent to us, not the moment at which somebody noticed. Twice
    changes nothing.
    """
    with transaction():
        question = locked_question(question_id)
        message = db.session.get(Message, message_id)
        if message is None or message.question_id != question.id or message.author != Author.CUSTOMER:
            raise NotFound
        if message_id in prepared_cancellations(question_id):
            return
        db.session.execute(insert_once(QuestionTag, {"question_id": question_id, "tag": CANCELLATION}))
        told = {"message": message_id, "arrived_at": message.created_at.isoformat()}
        record("question.cancellation", "question", question_id, by=by, at=now, **told)
