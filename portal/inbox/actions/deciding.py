"""What a person decides about a mail that waits: a question of its own, a message of a case, or nothing."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from portal.attachments.originals import read_original
from portal.foundation.database import db, end_reading
from portal.foundation.errors import PortalError
from portal.inbox.actions.making import add_message, make_question
from portal.inbox.actions.settling import facts_of, settle
from portal.inbox.addresses import Incoming
from portal.inbox.models import ORIGINAL, IncomingMail
from portal.inbox.queries import opened_by_mail
from portal.inbox.reading.parsed import Mail, read_mail
from portal.inbox.rules.judging import Reason, State
from portal.journal.rules import Actor
from portal.questions.models import Question

# Of these there is no text to take.
UNREAD = (Reason.UNREADABLE, Reason.LARGE, Reason.NOT_GIVEN)
_UNDECIDED = (State.WAITING, State.DISCARDED)


class IsSettled(PortalError):
    """Somebody was faster, or it was never a person's to decide."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Somebody has decided about this mail already."))


class CannotBecome(PortalError):
    """There is no text, or nobody to answer."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This mail cannot be taken over: its text or its sender cannot be read."))


def can_join(row: IncomingMail) -> bool:
    """Whether it can be added to a case."""
    return row.state in _UNDECIDED and row.reason not in UNREAD


def can_ask(row: IncomingMail) -> bool:
    """Whether it can be a question: there must be one sender."""
    return can_join(row) and row.reason != Reason.SENDERS


def let_ask(row: IncomingMail, taken: Incoming, *, by: Actor, now: datetime) -> str:
    """Make the mail a question, as if it had become one by itself; its number. The same mail is one question."""
    if not can_ask(row):
        raise CannotBecome if row.state in _UNDECIDED else IsSettled
    mail = _read(row)
    number = make_question(row, mail, taken, now=now)
    question_id = db.session.scalar(select(Question.id).filter_by(number=number))
    settle(row, State.QUESTION, question_id=question_id, now=now, by=by, **facts_of(mail, is_shown=False))
    return number


def let_join(row: IncomingMail, question_id: int, *, by: Actor, now: datetime) -> str:
    """Add the mail to a case, marked as not proven; the number of the case. IsClosed where that takes nothing more."""
    if not can_join(row):
        raise CannotBecome if row.state in _UNDECIDED else IsSettled
    mail = _read(row)
    opened = opened_by_mail(question_id, is_proven=False)
    if opened is None:
        raise IsSettled
    add_message(row, mail, opened, now=now)
    question = opened.question
    settle(row, State.MESSAGE, question_id=question.id, now=now, by=by, **facts_of(mail, is_shown=False))
    return question.number


def discard(row: IncomingMail, *, by: Actor, now: datetime) -> None:
    """Nothing comes of it; it stays in its list until it is old. Twice changes nothing; IsSettled when it was taken."""
    if row.state not in _UNDECIDED:
        raise IsSettled
    if row.state == State.WAITING:
        reason = Reason(row.reason) if row.reason else None
        settle(row, State.DISCARDED, reason=reason, question_id=row.question_id, now=now, by=by)


def _read(row: IncomingMail) -> Mail:
    raw = read_original((ORIGINAL, row.id)) or b""
    sender, recipients = row.envelope_sender, tuple(row.recipients)
    # Nothing is held while the child reads; what is known of the row stays as it was read.
    db.session.expunge(row)
    end_reading()
    mail = read_mail(raw, sender=sender, recipients=recipients)
    if mail is None:
        raise CannotBecome
    return mail
