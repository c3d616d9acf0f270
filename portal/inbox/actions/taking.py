"""The worker looks into each mail that was kept: a question, a message, put aside, or left to a person."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from portal.attachments.originals import read_original
from portal.attachments.storage import StorageFailed
from portal.foundation import clock
from portal.foundation.crash import crash_point
from portal.foundation.database import db, end_reading, transaction
from portal.inbox.actions.making import add_message, make_question
from portal.inbox.actions.settling import facts_of, settle
from portal.inbox.addresses import Incoming
from portal.inbox.models import ORIGINAL, IncomingMail
from portal.inbox.queries import new_mails, opened_by_mail, question_of_key, questions_lately
from portal.inbox.reading.heads import head_lines
from portal.inbox.reading.parsed import Mail, read_mail
from portal.inbox.rules.judging import Reason, State, Verdict, judge
from portal.notifications.chores import take_in
from portal.questions.access import OpenQuestion
from portal.questions.models import Question
from portal.questions.rules import can_reply

log = logging.getLogger(__name__)

_PIECE = 20
# One mail may take half a minute: after so many seconds other duties have their turn.
_SECONDS = 10
_MOST_TRIES = 3
# More questions of one address in an hour are a machine that talks to us, or somebody who needs a person.
MOST_AN_HOUR = 5


def take_mails(taken: Incoming, now: datetime) -> bool:
    """Look into some of them; one that cannot be dealt with never stops the others. Whether more wait."""
    found, end = new_mails(_PIECE), clock.seconds() + _SECONDS
    for mail_id in found:
        try:
            take_mail(mail_id, taken, now)
        except Exception as error:
            if _is_about_all(error):
                raise
            # What an error says may hold what somebody wrote: the log has its kind alone.
            log.error("mail %s that came in could not be dealt with: %s", mail_id, type(error).__name__)
            db.session.rollback()
            _note_failure(mail_id, now)
        if clock.seconds() > end:
            return True
    return len(found) == _PIECE


def _is_about_all(error: Exception) -> bool:
    """Whether database or disk are away, so that no other mail would fare better; what one row cannot hold is not."""
    return isinstance(error, (SQLAlchemyError, StorageFailed)) and not isinstance(error, (DataError, IntegrityError))


def take_mail(mail_id: int, taken: Incoming, now: datetime) -> None:
    """Look into one mail; doing it again changes nothing."""
    row = db.session.get(IncomingMail, mail_id)
    if row is None or row.state != State.NEW:
        return
    raw = read_original((ORIGINAL, mail_id)) or b""
    db.session.expunge(row)
    end_reading()
    mail = read_mail(raw, sender=row.envelope_sender, recipients=tuple(row.recipients))
    if mail is None:
        settle(row, State.WAITING, reason=Reason.UNREADABLE, now=now, lines=head_lines(raw).replace("\x00", ""))
    elif row.reason:
        settle(row, State.WAITING, reason=Reason(row.reason), now=now, **facts_of(mail, is_shown=True))
    else:
        _take(row, mail, judge(mail.head, taken.house), taken, now, raw=raw)


def _take(row: IncomingMail, mail: Mail, verdict: Verdict, taken: Incoming, now: datetime, *, raw: bytes) -> None:
    if verdict.reason is Reason.RETURNED:
        take_in(raw, now)
    if verdict.state is State.MESSAGE:
        _take_answer(row, mail, verdict, now)
    elif verdict.state is State.QUESTION:
        _take_question(row, mail, taken, now)
    else:
        about = question_of_key(verdict.key, now=now, is_valid=False) if verdict.key else None
        facts = facts_of(mail, is_shown=True)
        settle(row, verdict.state, reason=verdict.reason, question_id=about, now=now, **facts)


def _take_question(row: IncomingMail, mail: Mail, taken: Incoming, now: datetime) -> None:
    reason = None
    if mail.is_empty:
        reason = Reason.EMPTY
    elif questions_lately(mail.head.sender, now - timedelta(hours=1)) >= MOST_AN_HOUR:
        reason = Reason.MANY
    if reason is not None:
        settle(row, State.WAITING, reason=reason, now=now, **facts_of(mail, is_shown=True))
        return
    number = make_question(row, mail, taken, now=now)
    crash_point("mail_became_question")
    question_id = db.session.scalar(select(Question.id).filter_by(number=number))
    settle(row, State.QUESTION, question_id=question_id, now=now, **facts_of(mail, is_shown=False))


def _take_answer(row: IncomingMail, mail: Mail, verdict: Verdict, now: datetime) -> None:
    """Added only with the key, by the customer, and proven (SR-43); else a person looks."""
    question_id = question_of_key(verdict.key, now=now)
    opened = opened_by_mail(question_id, is_proven=verdict.is_proven) if question_id is not None else None
    reason, state = _doubt(mail, opened, verdict, now), State.WAITING
    if verdict.reason is Reason.LIST_ANSWER and reason not in (Reason.LIST_ANSWER, Reason.CLOSED):
        reason, state = Reason.LIST, State.ASIDE
    if reason is not None or opened is None:
        about = question_id if opened else question_of_key(verdict.key, now=now, is_valid=False)
        settle(row, state, reason=reason, question_id=about, now=now, **facts_of(mail, is_shown=True))
        return
    add_message(row, mail, opened, now=now)
    crash_point("mail_became_message")
    settle(row, State.MESSAGE, question_id=opened.question.id, now=now, **facts_of(mail, is_shown=False))


def _doubt(mail: Mail, opened: OpenQuestion | None, verdict: Verdict, now: datetime) -> Reason | None:
    """Why an answer is no message by itself, or None; what else a person should look at comes last."""
    if opened is None:
        return Reason.KEY
    doubts = {
        Reason.EMPTY: mail.is_empty,
        Reason.STRANGER: mail.head.sender != opened.customer.email,
        Reason.UNPROVEN: not verdict.is_proven,
        Reason.CLOSED: not can_reply(opened.question.status, opened.question.reopen_until, now),
    }
    return next((reason for reason, is_so in doubts.items() if is_so), verdict.reason)


def _note_failure(mail_id: int, now: datetime) -> None:
    with transaction():
        more = update(IncomingMail).where(IncomingMail.id == mail_id).values(tries=IncomingMail.tries + 1)
        db.session.execute(more.execution_options(synchronize_session=False))
    row = db.session.get(IncomingMail, mail_id)
    if row is not None and row.tries >= _MOST_TRIES:
        db.session.expunge(row)
        settle(row, State.WAITING, reason=Reason.UNREADABLE, now=now)
