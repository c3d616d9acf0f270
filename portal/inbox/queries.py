"""What came in, and what waits for a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.foundation.database import db
from portal.foundation.rendering.paging import Page, Place, page_of_rows
from portal.inbox.models import IncomingMail, MailboxProgress
from portal.inbox.rules.judging import State
from portal.keys.models import Key
from portal.keys.queries import valid_key
from portal.keys.rules import Purpose, digest, looks_like_key
from portal.questions.access import OpenQuestion
from portal.questions.models import Question
from portal.questions.queries import customer_of

MOST_SHOWN = 100
_LONGEST_WAY = 5


def new_mails(limit: int) -> Sequence[int]:
    """Mails that nobody has looked into, oldest first."""
    rows = select(IncomingMail.id).where(IncomingMail.state == State.NEW).order_by(IncomingMail.id)
    return db.session.scalars(rows.limit(limit)).all()


def mails_in(state: State, place: Place) -> Page[IncomingMail]:
    """One page of the mails of one state.

    What waits stands oldest first, so that no heap of new mails buries it; all others newest first.
    """
    rows = select(IncomingMail).where(IncomingMail.state == state)
    return page_of_rows(rows, place, MOST_SHOWN, IncomingMail.id, newest_first=state is not State.WAITING)


def mail_of(mail_id: int) -> IncomingMail | None:
    """One mail."""
    return db.session.get(IncomingMail, mail_id)


def numbers_of(ids: Sequence[int]) -> dict[int, str]:
    """The numbers of these questions."""
    rows = db.session.execute(select(Question.id, Question.number).where(Question.id.in_(ids)))
    return {row.id: row.number for row in rows} if ids else {}


def count_in(state: State) -> int:
    """How many mails are in that state."""
    rows = select(func.count()).select_from(IncomingMail).where(IncomingMail.state == state)
    return db.session.scalar(rows) or 0


def questions_lately(sender: str, since: datetime) -> int:
    """How many mails of that address became questions since then, whenever they came."""
    rows = select(func.count()).select_from(IncomingMail)
    mine = (IncomingMail.sender == sender, IncomingMail.settled_at > since)
    return db.session.scalar(rows.where(*mine, IncomingMail.state == State.QUESTION)) or 0


def question_of_key(plain: str, *, now: datetime, is_valid: bool = True) -> int | None:
    """The question that the key of an answer belongs to; without `is_valid` also one that has ended."""
    if is_valid:
        found = valid_key(plain, Purpose.QUESTION_ANSWERED, now=now)
        return found.subject_id if found is not None else None
    if not looks_like_key(plain):
        return None
    rows = select(Key.subject_id).where(Key.digest == digest(plain), Key.purpose == Purpose.QUESTION_ANSWERED.value)
    return db.session.scalar(rows)


def opened_by_mail(question_id: int, *, is_proven: bool) -> OpenQuestion | None:
    """The question in the hands of whoever answers by mail; where it was merged, the one that it went on in."""
    question = db.session.get(Question, question_id)
    for _step in range(_LONGEST_WAY):
        if question is None or question.merged_into_id is None:
            break
        question = db.session.get(Question, question.merged_into_id)
    if question is None:
        return None
    customer = customer_of(question)
    return OpenQuestion(question, customer, None, "", is_signed_in=False, is_proven=is_proven)


def is_failing(mailbox: str, before: datetime) -> bool:
    """Whether a mailbox could not be read since before that moment."""
    rows = select(MailboxProgress.name).where(MailboxProgress.name == mailbox)
    return db.session.scalar(rows.where(MailboxProgress.failing_since <= before)) is not None


def unread_since(now: datetime, span: timedelta) -> Sequence[int]:
    """Mails that were kept so long ago and that nobody has looked into."""
    rows = select(IncomingMail.id).where(IncomingMail.state == State.NEW, IncomingMail.received_at < now - span)
    return db.session.scalars(rows.order_by(IncomingMail.id)).all()
