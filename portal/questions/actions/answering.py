"""Staff answer, wait, take a question over. A phone call or a mail counts exactly like an answer on the site."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.attachments.keeping import send_kept
from portal.foundation.database import db, transaction
from portal.foundation.sql.trying import repeatable
from portal.journal.rules import Actor
from portal.keys.actions import extend_keys, finish_stamp, take_stamp
from portal.keys.rules import Purpose
from portal.questions.actions.closing import finish
from portal.questions.actions.promises import advance_question
from portal.questions.models import Message, Question
from portal.questions.notices.thread import KEY_LASTS, tell_answered, tell_solved, tell_waiting
from portal.questions.queries import customer_of, locked_question
from portal.questions.rules import Author, ClosedBy, Status
from portal.service_levels.promises import Happening

_FORM = "answer"


class Channel(StrEnum):
    """Where an answer was given."""

    WEB = "web"
    MAIL = "mail"
    PHONE = "phone"


class Then(StrEnum):
    """What follows an answer."""

    CUSTOMERS_TURN = "customers_turn"
    OUR_TURN = "our_turn"
    ASKS_BACK = "asks_back"
    SOLVED = "solved"


@dataclass(frozen=True)
class Answer:
    """What staff answer: the text, the name of the writer's task, where it was said, and what follows.

    `files` are the ids of files that the writer keeps with this question.
    """

    body: str
    stamp: str
    role: str = ""
    channel: Channel = Channel.WEB
    then: Then = Then.CUSTOMERS_TURN
    files: Sequence[int] = ()


_HAPPENINGS = {
    Then.CUSTOMERS_TURN: Happening.ANSWERED,
    Then.OUR_TURN: Happening.KEPT_TURN,
    Then.ASKS_BACK: Happening.WAITS,
    Then.SOLVED: Happening.ANSWERED,
}


@repeatable
def answer(
    question_id: int, given: Answer, *, by: Actor, now: datetime, check: Callable[[Question], None] | None = None
) -> int:
    """An answer to the customer, by its id; it ends the promise. The same form twice is one answer.

    Whoever answers first is assigned. A closed question stays closed, unless it is to be our turn. `check` looks at
    the question while nobody else can change it, and may refuse by an error: then nothing is stored. So does
    WaitsNoMore, for a file that is gone.
    """
    with transaction():
        content = "\n".join((str(question_id), given.then, given.channel, *map(str, given.files), given.body))
        earlier = take_stamp(_FORM, given.stamp, content, now=now)
        if earlier is not None:
            return int(earlier.result)
        question = locked_question(question_id)
        if check is not None:
            check(question)
        message = _message(question, given, by, now)
        send_kept(given.files, kept_in=question.id, keeper_id=by.id, message_id=message.id, now=now)
        _advance(question, given, message, by, now)
        finish_stamp(_FORM, given.stamp, str(message.id))
    return message.id


def wait_for_customer(question_id: int, *, by: Actor, now: datetime) -> None:
    """It is the customer's turn, without an answer; nothing changes when it is already, or when it is closed."""
    with transaction():
        question = locked_question(question_id)
        if question.status != Status.OPEN:
            return
        advance_question(question, Happening.WAITS, at=now, by=by)
        tell_waiting(question, customer_of(question), now=now)


def _message(question: Question, given: Answer, by: Actor, now: datetime) -> Message:
    message = Message(
        question_id=question.id,
        author=Author.STAFF.value,
        user_id=by.id,
        author_name=by.name,
        author_role=given.role,
        channel=given.channel.value,
        body=given.body,
        created_at=now,
    )
    db.session.add(message)
    db.session.flush()
    return message


def _advance(question: Question, given: Answer, message: Message, by: Actor, now: datetime) -> None:
    if question.assignee_id is None:
        question.assignee_id = by.id
    question.last_message_at = now
    was_closed = question.is_closed
    happening = Happening.ANSWERED if was_closed else _HAPPENINGS[given.then]
    advance_question(question, happening, at=now, by=by, message_id=message.id)
    extend_keys(Purpose.QUESTION_MAILED, question.id, until=now + KEY_LASTS)
    extend_keys(Purpose.QUESTION_ASKED, question.id, until=now + KEY_LASTS)
    customer = customer_of(question)
    if given.then is Then.SOLVED and not was_closed:
        finish(question, Happening.SOLVED, ClosedBy.STAFF, by=by, now=now)
        tell_solved(question, customer, now=now, files=len(given.files))
    else:
        tell = tell_waiting if happening is Happening.WAITS else tell_answered
        tell(question, customer, now=now, files=len(given.files))
