"""Link cases, and merge two into one: the older number stays."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, or_, update

from portal.attachments.keeping import move_kept
from portal.desk.models import Note, PendingAnswer, QuestionLink, QuestionTag, Reminder
from portal.desk.notices import tell_merged
from portal.desk.queries.case import question_by_number, tags_on
from portal.desk.queries.pending import draft_form
from portal.foundation.database import db, insert_once, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.keys.actions import revoke_keys
from portal.keys.rules import Purpose
from portal.numbers.format import Mistyped, read_number
from portal.questions.actions.answering import customer_of
from portal.questions.actions.closing import finish
from portal.questions.actions.promises import advance_question
from portal.questions.drafts import move_drafts
from portal.questions.models import Message, Question
from portal.questions.queries import locked_question
from portal.questions.rules import ClosedBy, Status
from portal.service_levels.promises import Happening


class NoSuchCase(PortalError):
    """There is no other case with that number."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("There is no other case with this number. Please check it digit by digit."))


class CannotMerge(PortalError):
    """These two cannot become one."""

    status = 409


def other_case(question: Question, typed: str) -> Question:
    """The other case that somebody named by its number; NoSuchCase for none, a wrong digit, or the same one."""
    try:
        number = read_number(typed)
    except Mistyped:
        number = None
    other = question_by_number(str(number)) if number else None
    if other is None or other.id == question.id:
        raise NoSuchCase
    return other


def link_cases(question: Question, other: Question, *, by: Actor, now: datetime) -> None:
    """Two cases belong together, each shows the other; twice changes nothing."""
    first, second = sorted((question, other), key=lambda each: each.id)
    with transaction():
        values = {"question_id": first.id, "other_id": second.id, "kind": "related", "created_at": now}
        if db.session.execute(insert_once(QuestionLink, values)).rowcount:  # type: ignore[attr-defined]
            record("question.linked", "question", first.id, by=by, at=now, number=second.number)
            record("question.linked", "question", second.id, by=by, at=now, number=first.number)


def unlink_cases(question: Question, other: Question, *, by: Actor, now: datetime) -> None:
    """They do not belong together after all; what was merged stays so."""
    first, second = sorted((question, other), key=lambda each: each.id)
    with transaction():
        is_link = QuestionLink.question_id == first.id, QuestionLink.other_id == second.id
        gone = delete(QuestionLink).where(*is_link, QuestionLink.kind == "related")
        if db.session.execute(gone).rowcount:  # type: ignore[attr-defined]
            record("question.unlinked", "question", first.id, by=by, at=now, number=second.number)
            record("question.unlinked", "question", second.id, by=by, at=now, number=first.number)


def merge_cases(question: Question, other: Question, *, by: Actor, now: datetime) -> Question:
    """Two cases of one customer become the older one, which is given back: messages, files, notes and tags move there.

    The earlier of two promised dates holds. The customer is told and led to the one that stays. CannotMerge when they
    belong to two customers, who would read each other's words, or when one was merged before.
    """
    old, new = sorted((question.id, other.id))
    with transaction():
        kept, merged = locked_question(old), locked_question(new)
        _check(kept, merged)
        due_at = merged.answer_due_at
        status = merged.status
        _move(kept, merged, now)
        if merged.is_closed:
            merged.closed_by, merged.version = ClosedBy.MERGE.value, merged.version + 1
        else:
            finish(merged, Happening.CLOSED, ClosedBy.MERGE, by=by, now=now)
        merged.reopen_until, merged.merged_into_id = None, kept.id
        _go_on(kept, status, due_at, by, now)
        record("question.merged", "question", merged.id, by=by, at=now, number=kept.number)
        record("question.took_in", "question", kept.id, by=by, at=now, number=merged.number)
        customer = customer_of(kept)
        if customer.is_guest:
            # The browser that asked has proven no address: only mailed links open what now holds both.
            revoke_keys(Purpose.QUESTION_ASKED, kept.id, now=now)
        tell_merged(kept, customer, merged.number, now=now)
    return kept


def _check(kept: Question, merged: Question) -> None:
    if kept.customer_id != merged.customer_id:
        raise CannotMerge(_("These cases belong to two customers. You can link them instead."))
    if ClosedBy.MERGE in (kept.closed_by, merged.closed_by):
        raise CannotMerge(_("One of the two was merged already."))


def _move(kept: Question, merged: Question, now: datetime) -> None:
    """Everything that was written stands in the older case from now on; files follow their messages.

    So does what somebody has begun to write.
    """
    for table in (Message, Note, Reminder, PendingAnswer):
        moved = update(table).where(table.question_id == merged.id).values(question_id=kept.id)
        db.session.execute(moved.execution_options(synchronize_session=False))
    move_drafts(f"reply:{merged.id}", f"reply:{kept.id}")
    move_drafts(draft_form(merged.id), draft_form(kept.id))
    move_kept(merged.id, kept.id)
    for tag in tags_on(merged.id):
        db.session.execute(insert_once(QuestionTag, {"question_id": kept.id, "tag": tag}))
    both = or_(QuestionLink.question_id == merged.id, QuestionLink.other_id == merged.id)
    with_kept = or_(QuestionLink.question_id == kept.id, QuestionLink.other_id == kept.id)
    db.session.execute(delete(QuestionLink).where(both, with_kept).execution_options(synchronize_session=False))
    db.session.add(QuestionLink(question_id=merged.id, other_id=kept.id, kind="merged", created_at=now))
    kept.assignee_id = kept.assignee_id or merged.assignee_id
    kept.last_message_at = max(kept.last_message_at, merged.last_message_at)
    wrote_at = [at for at in (kept.last_customer_message_at, merged.last_customer_message_at) if at]
    kept.last_customer_message_at = max(wrote_at, default=None)


def _go_on(kept: Question, status: str, due_at: datetime | None, by: Actor, now: datetime) -> None:
    """What was promised for the younger case holds for the older one."""
    if status == Status.OPEN and kept.status != Status.OPEN:
        happening = Happening.REOPENED if kept.is_closed else Happening.REPLIED
        advance_question(kept, happening, at=now, by=by)
    else:
        kept.version += 1
    due = kept.answer_due_at
    if due_at is not None and due is not None and now < due_at < due:
        advance_question(kept, Happening.MOVED, at=now, by=by, until=due_at)
