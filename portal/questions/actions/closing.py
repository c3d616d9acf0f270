"""A question ends: solved by the customer or by staff, closed by staff or by silence. A reply can reopen it."""

from datetime import datetime

from portal.foundation.database import transaction
from portal.journal.rules import Actor
from portal.questions.access import OpenQuestion
from portal.questions.actions.people import for_change
from portal.questions.actions.promises import advance_question
from portal.questions.models import Question
from portal.questions.notices.thread import invite_rating, tell_closed, tell_solved
from portal.questions.queries import customer_of, locked_question
from portal.questions.rules import ClosedBy
from portal.service_levels.promises import Happening


def mark_solved(opened: OpenQuestion, *, now: datetime) -> None:
    """The customer says that it is solved; nothing changes when it is closed already."""
    with transaction():
        question = for_change(opened, now=now)
        if not question.is_closed:
            finish(question, Happening.SOLVED, ClosedBy.CUSTOMER, by=opened.actor, now=now)


def solve_question(question_id: int, *, by: Actor, now: datetime) -> None:
    """Staff say that it is solved: the customer is told and asked for a judgement. Twice changes nothing."""
    with transaction():
        question = locked_question(question_id)
        if question.is_closed:
            return
        finish(question, Happening.SOLVED, ClosedBy.STAFF, by=by, now=now)
        tell_solved(question, customer_of(question), now=now)


def close_question(question_id: int, *, by: Actor, now: datetime, reason: str = "") -> bool:
    """Staff close it without a solution; the customer is told. False when it was closed: then nothing changes."""
    with transaction():
        question = locked_question(question_id)
        if question.is_closed:
            return False
        finish(question, Happening.CLOSED, ClosedBy.STAFF, by=by, now=now, reason=reason)
        tell_closed(question, customer_of(question), now=now)
    return True


def finish(
    question: Question, happening: Happening, closed_by: ClosedBy, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    """End a question that is not closed, inside the caller's transaction, in which it was loaded for a change."""
    advance_question(question, happening, at=now, by=by, reason=reason)
    question.closed_by = closed_by.value
    if happening is Happening.SOLVED:
        question.solved_at = now
        if closed_by is ClosedBy.CUSTOMER:
            invite_rating(question, customer_of(question), now=now)


def reopen_question(question_id: int, *, by: Actor, now: datetime, reason: str = "") -> None:
    """Staff open it again; our turn begins with a fresh promise. Nothing changes when it is not closed."""
    with transaction():
        question = locked_question(question_id)
        if question.is_closed:
            advance_question(question, Happening.REOPENED, at=now, by=by, reason=reason)
