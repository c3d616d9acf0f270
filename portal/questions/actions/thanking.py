"""Thanks for a solved question leave it solved; whoever meant more opens it again with one press."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.access import OpenQuestion
from portal.questions.actions.mailed import Mailed
from portal.questions.actions.people import for_change
from portal.questions.actions.promises import advance_question
from portal.questions.models import Message, Question
from portal.questions.notices.desk import tell_desk_replied
from portal.questions.rules import can_reopen, is_thanks
from portal.questions.thanks import THANKS_FILE
from portal.service_levels.promises import Happening

# So many lines say above an older mail who wrote it, and when.
_MOST_ABOVE = 4


class NothingToOpen(PortalError):
    """The date has passed, the question goes on elsewhere, or the message was taken back."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This message can no longer open the question again."))


def is_only_thanks(
    question: Question, opened: OpenQuestion, body: str, mailed: Mailed | None = None, *, now: datetime
) -> bool:
    """Whether a text without files leaves this question solved; inside the transaction in which it was loaded.

    What was only closed is not taken for solved, and of two clocks that differ none decides: both are opened again.
    """
    if question.solved_at is None or question.closed_at is None or now <= question.closed_at:
        return False
    if mailed is not None and not _says_no_more(mailed):
        return False
    known = THANKS_FILE.here().value
    names = db.session.scalars(select(Message.author_name).where(Message.question_id == question.id).distinct())
    people = question.asker_name, opened.customer.name, opened.assignee_name, *names
    return is_thanks(body, known, [*people, COMPANY.here().name])


def keep_solved(question: Question, message_id: int, *, by: Actor, now: datetime) -> None:
    """The question stays as it is: no promise, no mail, nobody is called; its page shows the message."""
    question.version += 1
    record("question.thanked", "question", question.id, by=by, at=now, message=message_id)


def reopen_after_thanks(opened: OpenQuestion, message_id: int, *, now: datetime) -> None:
    """It meant more: our turn begins as after every other message. Nothing changes when the question is open.

    NotFound for a message that was never taken as thanks here; NothingToOpen when it is too late.
    """
    with transaction():
        question = for_change(opened, now=now)
        found = select(Message).where(Message.id == message_id, Message.question_id == opened.question.id)
        message = db.session.scalar(found.execution_options(populate_existing=True))
        if question.merged_into_id is not None:
            raise NothingToOpen
        if message is None or not message.is_thanks:
            raise NotFound
        if not question.is_closed:
            return
        if message.withdrawn_at is not None or not can_reopen(question.status, question.reopen_until, now):
            raise NothingToOpen
        advance_question(question, Happening.REOPENED, at=now, by=opened.actor, message_id=message.id)
        tell_desk_replied(question, message.id, now=now)


def _says_no_more(mailed: Mailed) -> bool:
    """Whether nothing of a mail was left out, and nobody can have written into the older mail below: all is marked.

    Whoever writes by mail does not see our button, so that what is doubtful is opened.
    """
    lines = [line.strip() for line in mailed.quoted.splitlines() if line.strip()]
    marked = [line.startswith(">") for line in lines]
    first = marked.index(True) if any(marked) else len(marked)
    return not mailed.notes and first <= _MOST_ABOVE and (any(marked) or not lines) and all(marked[first:])
