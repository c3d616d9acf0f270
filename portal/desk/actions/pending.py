"""An answer waits for some seconds in which its writer can take it back; then the worker sends it, once.

Until then nothing of it stands where a customer's page looks. It is sent through the same action as every answer; what
arrived meanwhile stops it, and its text goes back into the writer's box.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, update

from portal.accounts.access import actor_of
from portal.accounts.models import User
from portal.attachments.keeping import WaitsNoMore
from portal.desk.actions.answering import NewerArrived, WasMerged, ask_lead
from portal.desk.actions.files import FormFiles, discard_files, taken_along
from portal.desk.actions.inserting import count_inserted
from portal.desk.models import PendingAnswer
from portal.desk.notices import tell_stopped
from portal.desk.queries.case import newest_of
from portal.desk.queries.pending import draft_form, is_waiting
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.sql.trying import repeatable
from portal.journal.rules import Actor
from portal.keys.actions import StampUsed, finish_stamp, take_stamp
from portal.questions.actions.answering import Answer, Then, answer
from portal.questions.drafts import begin_draft, remove_draft
from portal.questions.models import Question
from portal.questions.queries import locked_question
from portal.questions.rules import ClosedBy

UNDO_FOR = timedelta(seconds=15)
NO_FILES = FormFiles()


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
def hold(
    question_id: int,
    given: Answer,
    *,
    seen: str,
    articles: Sequence[int],
    by: Actor,
    now: datetime,
    files: FormFiles = NO_FILES,
) -> int:
    """Keep an answer for sending, by its id; the same form twice is one. `articles` are the numbers it names.

    NewerArrived, WasMerged, ColleagueSends, StampUsed, UploadsGone and TooManyFiles refuse: nothing is kept.
    """
    with transaction():
        content = f"{question_id}\n{given.then}\n{given.body}{files.mark}"
        earlier = take_stamp("pending", given.stamp, content, now=now)
        if earlier is not None:
            return int(earlier.result)
        question = locked_question(question_id)
        _refuse(question, seen)
        told = {"seen": seen, "role": given.role, "articles": list(articles)}
        row = PendingAnswer(
            question_id=question_id,
            user_id=by.id,
            body=given.body,
            after=given.then.value,
            version=question.version,
            details=told | _stamped(given.stamp, taken_along(question_id, files, by=by, now=now)),
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
    """Stop an own answer before it goes out, or forget one that was stopped; False when it has gone out already.

    Text and files of the first are a draft again; those of the second are thrown away, with what became of them.
    """
    with transaction():
        locked_question(question_id)
        row = db.session.get(PendingAnswer, pending_id, populate_existing=True)
        mine = (PendingAnswer.question_id == question_id, PendingAnswer.user_id == by.id)
        if not _settle(pending_id, *mine, PendingAnswer.sent_at.is_(None), undone_at=now) or row is None:
            return False
        if row.stopped_at is not None:
            _discard(question_id, by, now)
        elif row.undone_at is None:
            draft = {"body": row.body, "then": row.after}
            begin_draft(row.user_id, draft_form(question_id), draft, now=now)
        return True


def discard(question_id: int, *, by: Actor, now: datetime) -> None:
    """Throw away what somebody has written to a case and not sent: the draft, its files, what came back."""
    with transaction():
        locked_question(question_id)
        came_back = update(PendingAnswer).where(
            PendingAnswer.question_id == question_id, PendingAnswer.user_id == by.id, PendingAnswer.sent_at.is_(None)
        )
        # Stopped and taken back: nothing of it belongs into the box.
        is_undone, is_stopped = PendingAnswer.undone_at.is_not(None), PendingAnswer.stopped_at.is_not(None)
        for known, values in ((is_undone, {"stopped_at": now}), (is_stopped, {"undone_at": now})):
            db.session.execute(came_back.where(known).values(values).execution_options(synchronize_session=False))
        _discard(question_id, by, now)


def send(pending_id: int, *, now: datetime) -> None:
    """Send what has waited long enough; whatever arrived meanwhile stops it, and its writer gets a notice."""
    row = db.session.get(PendingAnswer, pending_id, populate_existing=True)
    if row is None or row.sent_at or row.undone_at or row.stopped_at:
        return
    question_id, details = row.question_id, row.details
    by = actor_of(db.session.get_one(User, row.user_id))
    stamp, files = details.get("stamp") or details["stamp_with_files"], details.get("files", ())
    given = Answer(row.body, stamp, role=details["role"], then=Then(row.after), files=files)

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
    except (_Stopped, StampUsed, WaitsNoMore):
        _stop(pending_id, question_id, by, now)


def _stamped(stamp: str, files: Sequence[int]) -> dict[str, Any]:
    """What `send` needs besides.

    A worker of the version before knows of no files and must not send without them: it finds no stamp there, and leaves
    the answer to others.
    """
    return {"stamp_with_files": stamp, "files": list(files)} if files else {"stamp": stamp}


def _discard(question_id: int, by: Actor, now: datetime) -> None:
    if by.id is not None:
        remove_draft(by.id, draft_form(question_id))
    discard_files(question_id, by=by, now=now)


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
