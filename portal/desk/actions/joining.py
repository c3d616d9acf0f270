"""Link cases, and merge two into one: the older number stays."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, or_, update

from portal.attachments.keeping import move_kept
from portal.desk.models import ArticleFlag, Note, PendingAnswer, QuestionLink, QuestionTag, Reminder
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
from portal.questions.actions.closing import finish
from portal.questions.actions.promises import advance_question
from portal.questions.drafts import move_drafts
from portal.questions.models import Message, Question
from portal.questions.queries import customer_of, locked_question
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


class CasesMovedOn(PortalError):
    """What was looked at before merging is no longer how it is."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Something has happened in one of the two meanwhile. Please look once more."))


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


def merging_mark(question: Question, other: Question) -> str:
    """How both cases are at this moment: another mark once something has happened in one of them."""
    return ".".join(str(each.version) for each in sorted((question, other), key=lambda each: each.id))


def why_not_merged(question: Question, other: Question) -> str:
    """Why these two cannot become one, as a sentence; "" when they can."""
    if question.customer_id != other.customer_id:
        return str(_("These cases belong to two customers. You can link them instead."))
    if ClosedBy.MERGE in (question.closed_by, other.closed_by):
        return str(_("One of the two was merged already."))
    return ""


def earlier_promise(due_at: datetime | None, other_due_at: datetime | None, now: datetime) -> datetime | None:
    """The date that holds for a case with such a promise after another one was merged into it."""
    is_earlier = due_at is not None and other_due_at is not None and now < other_due_at < due_at
    return other_due_at if is_earlier else due_at


def merge_cases(question: Question, other: Question, *, seen: str, by: Actor, now: datetime) -> Question:
    """Two cases of one customer become the older one, which is given back: messages, files, notes and tags move there.

    The earlier of two promised dates holds. The customer is told and led to the one that stays. CannotMerge when they
    belong to two customers, who would read each other's words, or when one was merged before; CasesMovedOn when
    `seen`, the mark of what somebody has looked at, is no longer theirs.
    """
    old, new = sorted((question.id, other.id))
    with transaction():
        kept, merged = locked_question(old), locked_question(new)
        refusal = why_not_merged(kept, merged)
        if refusal:
            raise CannotMerge(refusal)
        if seen != merging_mark(kept, merged):
            raise CasesMovedOn
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


def _move(kept: Question, merged: Question, now: datetime) -> None:
    """Everything that was written stands in the older case from now on; files follow their messages.

    So does what somebody has begun to write.
    """
    for table in (Message, Note, Reminder, PendingAnswer, ArticleFlag):
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
    holds = earlier_promise(kept.answer_due_at, due_at, now)
    if holds != kept.answer_due_at:
        advance_question(kept, Happening.MOVED, at=now, by=by, until=holds)
