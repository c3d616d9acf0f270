"""Open a case: everything that staff need to know about a question itself, in one statement; 404 for no number."""

from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import and_, bindparam, func, select

from portal.accounts.models import User
from portal.customers.models import Customer
from portal.desk.models import Note
from portal.foundation.database import db
from portal.numbers.format import read_number
from portal.questions.models import FairnessRound, Message, PromiseEntry, Question
from portal.questions.rules import Author


@dataclass(frozen=True)
class Case:
    """A question in the hands of staff.

    `persons` counts everybody of ours whom the customer had to deal with: who wrote, and who is responsible now.
    `newest` is the mark of the newest message and note: it says whether something has arrived since.
    """

    question: Question
    customer: Customer
    promise: PromiseEntry | None
    assignee: User | None
    persons: int
    newest: str
    fairness_rounds: int


def case_of(number: str) -> Case:
    """The case with that number, or 404; Mistyped when the check digit is wrong. The audience is staff."""
    read = read_number(number)
    row = db.session.execute(_ROW, {"number": str(read)}).first() if read else None
    if row is None:
        abort(404)
    question, customer, promise, assignee, others, message_id, note_id, rounds = row
    persons = others + (assignee is not None)
    return Case(question, customer, promise, assignee, persons, newest_mark(message_id, note_id), rounds)


def newest_mark(message_id: int | None, note_id: int | None) -> str:
    """`12.3` for the newest message and note of a case."""
    return f"{message_id or 0}.{note_id or 0}"


def _row() -> Any:
    wrote = and_(Message.question_id == Question.id, Message.author == Author.STAFF.value)
    is_other = func.coalesce(Question.assignee_id, 0) != Message.user_id
    others = select(func.count(Message.user_id.distinct())).where(wrote, is_other)
    newest = select(func.max(Message.id)).where(Message.question_id == Question.id)
    note = select(func.max(Note.id)).where(Note.question_id == Question.id)
    rounds = select(func.count()).select_from(FairnessRound).where(FairnessRound.question_id == Question.id)
    return (
        select(
            Question,
            Customer,
            PromiseEntry,
            User,
            others.scalar_subquery(),
            newest.scalar_subquery(),
            note.scalar_subquery(),
            rounds.scalar_subquery(),
        )
        .join(Customer, Customer.id == Question.customer_id)
        .outerjoin(PromiseEntry, and_(PromiseEntry.question_id == Question.id, PromiseEntry.ended_at.is_(None)))
        .outerjoin(User, User.id == Question.assignee_id)
        .where(Question.number == bindparam("number"))
    )


# Put together once: that takes longer than asking.
_ROW = _row()
