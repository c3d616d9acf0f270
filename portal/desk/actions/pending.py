"""An answer waits for some seconds in which its writer can take it back; then the worker sends it, once.

Until then nothing of it stands where a customer's page looks. It is sent through the same action as every answer; what
arrived meanwhile stops it, and its text goes back into the writer's box.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, update

from portal.accounts.access import actor_of
from portal.accounts.models import User
from portal.desk.actions.answering import NewerArrived, WasMerged, ask_lead
from portal.desk.actions.inserting import count_inserted
from portal.desk.models import PendingAnswer
from portal.desk.notices import tell_stopped
from portal.desk.queries.case import newest_of
from portal.desk.queries.pending import draft_form, is_waiting
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.trying import repeatable
from portal.journal.rules import Actor
from portal.keys.actions import StampUsed, finish_stamp, take_stamp
from portal.questions.actions.answering import Answer, Then, answer
from portal.questions.drafts import remove_draft
from portal.questions.models import Question
from portal.questions.queries import locked_question
from portal.questions.rules import ClosedBy

UNDO_FOR = timedelta(seconds=15)


class ColleagueSends(PortalError):
    """Another answer to the same case is about to go out."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("Nothing was sent: an answer is on its way already. Please read it below; your text is still here.")
        )


class _Stopped(Exception):
    """Something newer has arrived while the answer waited."""


class _Settled(Exception):
    """Somebody was faster: it was sent, stopped or taken back."""


@repeatable
def hold(question_id: int, given: Answer, *, seen: str, articles: Sequence[int], by: Actor, now: datetime) -> int:
    """Keep an answer for sending, by its id; the same form twice is one. `articles` are the numbers it names.

    NewerArrived, WasMerged, ColleagueSends and StampUsed refuse: nothing is kept.
    """
    with transaction():
        earlier = take_stamp("pending", given.stamp, f"{question_id}\n{given.then}\n{given.body}", now=now)
        if earlier is not None:
            return int(earlier.result)
        question = locked_question(question_id)
        _refuse(question, seen)
        row = PendingAnswer(
            question_id=question_id,
            user_id=by.id,
            body=given.body,
            after=given.then.value,
            version=question.version,
            details={"stamp": given.stamp, "seen": seen, "role": given.role, "articles": list(articles)},
            created_at=now,
            send_at=now + UNDO_FOR,
        )
        db.session.add(row)
        db.session.flush()
        if by.id is not None:
            remove_draft(by.id, draft_form(question_id))
        finish_stamp("pending", given.stamp, str(row.id))
    return row.id


def take_back(question_id: int, pending_id: int, *, by: Actor, now: datetime) -> bool:
    """Stop an own answer before it goes out, or forget one that was stopped; False when it has gone out already."""
    with transaction():
        mine = (PendingAnswer.question_id == question_id, PendingAnswer.user_id == by.id)
        return _settle(pending_id, *mine, PendingAnswer.sent_at.is_(None), undone_at=now)


def send(pending_id: int, *, now: datetime) -> None:
    """Send what has waited long enough; whatever arrived meanwhile stops it, and its writer gets a notice."""
    row = db.session.get(PendingAnswer, pending_id, populate_existing=True)
    if row is None or row.sent_at or row.undone_at or row.stopped_at:
        return
    question_id, details = row.question_id, row.details
    by = actor_of(db.session.get_one(User, row.user_id))
    given = Answer(row.body, details["stamp"], role=details["role"], then=Then(row.after))

    def check(question: Question) -> None:
        if not _settle(pending_id, is_waiting(), sent_at=now):
            raise _Settled
        if question.closed_by == ClosedBy.MERGE or details["seen"] != newest_of(question.id):
            raise _Stopped
        ask_lead(question, now=now, joining=by.id)
        count_inserted(question.id, details["articles"], by=by, now=now)

    try:
        answer(question_id, given, by=by, now=now, check=check)
    except _Settled:
        return
    except (_Stopped, StampUsed):
        _stop(pending_id, question_id, by, now)


def _refuse(question: Question, seen: str) -> None:
    if question.closed_by == ClosedBy.MERGE:
        raise WasMerged
    if seen != newest_of(question.id):
        raise NewerArrived
    waiting = select(PendingAnswer.id).where(PendingAnswer.question_id == question.id, is_waiting())
    if db.session.scalar(waiting.limit(1)) is not None:
        raise ColleagueSends


def _stop(pending_id: int, question_id: int, by: Actor, now: datetime) -> None:
    with transaction():
        question = locked_question(question_id)
        if _settle(pending_id, is_waiting(), stopped_at=now) and by.id is not None:
            tell_stopped(question, by.id, pending_id, now=now)


def _settle(pending_id: int, *conditions: ColumnElement[bool], **values: datetime) -> bool:
    settled = update(PendingAnswer).where(PendingAnswer.id == pending_id, *conditions).values(**values)
    done = db.session.execute(settled.execution_options(synchronize_session=False))
    return int(done.rowcount) == 1  # type: ignore[attr-defined]
