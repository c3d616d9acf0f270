"""Open a case: everything that staff need to know about a question itself, in one statement; 404 for no number."""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

from flask import abort
from sqlalchemy import Integer, String, and_, bindparam, exists, func, literal, or_, select

from portal.accounts.access import current_person
from portal.accounts.models import User
from portal.attachments.models import Attachment
from portal.attachments.rules import KEPT
from portal.contracts.models import Contract
from portal.customers.models import Customer, CustomerFact
from portal.desk.models import Note, PendingAnswer, SamePerson
from portal.foundation.sql.prepared import Prepared
from portal.incidents.models import Incident, IncidentCase
from portal.numbers.format import read_number
from portal.orders.models import Invoice, Order
from portal.questions.models import Draft, FairnessRound, Message, Question
from portal.questions.rules import Author


class CaseCustomer(NamedTuple):
    """Whose question it is."""

    id: int
    user_id: int | None
    name: str
    email: str
    language: str
    contact_wishes: str
    confirmed_at: datetime | None
    created_at: datetime

    @property
    def is_guest(self) -> bool:
        """Whether there is no account behind it."""
        return self.user_id is None


class Assignee(NamedTuple):
    """Who is responsible."""

    id: int
    name: str


class Has(NamedTuple):
    """What there is to a case that few cases have: what is not there is not asked for."""

    notes: bool
    rounds: bool
    contracts: bool
    books: bool
    same_person: bool
    incidents: bool
    held: bool
    files: bool


@dataclass(frozen=True)
class Case:
    """A question in the hands of staff, to be read only.

    `persons` counts everybody of ours whom the customer had to deal with: who wrote, and who is responsible now.
    `newest` is the mark of the newest message and note: it says whether something has arrived since.
    """

    question: Question
    customer: CaseCustomer
    assignee: Assignee | None
    persons: int
    newest: str
    has: Has


def case_of(number: str) -> Case:
    """The case with that number, or 404; Mistyped when the check digit is wrong. The audience is staff."""
    found: Case = opened(number, _CASE)
    return found


def opened(number: str, statement: Prepared, **values: Any) -> Any:
    """What the statement gives for the case with that number, as for `case_of`."""
    read, person = read_number(number), current_person()
    given = {"number": str(read), "user": person.id if person else 0, **values}
    found = next(iter(statement.rows(given)), None) if read else None
    if found is None:
        abort(404)
    return found


def newest_mark(message_id: int | None, note_id: int | None) -> str:
    """`12.3` for the newest message and note of a case."""
    return f"{message_id or 0}.{note_id or 0}"


_QUESTION_COLUMNS = tuple(Question.__table__.c)
_CUSTOMER_COLUMNS = [getattr(Customer, name) for name in CaseCustomer._fields]
_OF_CUSTOMER = len(_CUSTOMER_COLUMNS)
_QuestionRow: Any = namedtuple("_QuestionRow", [column.key for column in _QUESTION_COLUMNS])  # type: ignore[misc]


def case_in(cells: Sequence[Any]) -> Case:
    """A row of `case_rows` as what it is about; the question is a row that cannot be changed."""
    at = len(_QUESTION_COLUMNS)
    question, rest = cast("Question", _QuestionRow._make(cells[:at])), cells[at:]
    customer, rest = CaseCustomer._make(rest[:_OF_CUSTOMER]), rest[_OF_CUSTOMER:]
    assignee = Assignee(rest[0], rest[1]) if rest[0] is not None else None
    others, message_id, note_id = rest[2:5]
    has = Has(note_id is not None, *map(bool, rest[5:]))
    mark = newest_mark(message_id, note_id)
    return Case(question, customer, assignee, others + (assignee is not None), mark, has)


def case_rows() -> Any:
    """The statement for the case with the number `number`, for the colleague `user`."""
    wrote = and_(Message.question_id == Question.id, Message.author == Author.STAFF.value)
    is_other = func.coalesce(Question.assignee_id, 0) != Message.user_id
    others = select(func.count(Message.user_id.distinct())).where(wrote, is_other)
    newest = select(func.max(Message.id)).where(Message.question_id == Question.id)
    note = select(func.max(Note.id)).where(Note.question_id == Question.id)
    counted = [each.scalar_subquery() for each in (others, newest, note)]
    return (
        select(*_QUESTION_COLUMNS, *_CUSTOMER_COLUMNS, User.id, User.name, *counted, *_has().values())
        .join(Customer, Customer.id == Question.customer_id)
        .outerjoin(User, User.id == Question.assignee_id)
        .where(Question.number == bindparam("number", type_=String))
    )


def _has() -> dict[str, Any]:
    """The columns of `Has`, by its names; the newest note says whether there are any."""
    user: Any = bindparam("user", type_=Integer)
    draft = and_(Draft.user_id == user, Draft.form == literal("answer:") + Question.id.cast(String))
    found = {
        "rounds": exists().where(FairnessRound.question_id == Question.id),
        "contracts": exists().where(Contract.customer_id == Customer.id),
        # Orders, invoices, and fields of the record whose source was written down: all read together.
        "books": or_(*(exists().where(each.customer_id == Customer.id) for each in (Order, Invoice, CustomerFact))),
        "same_person": exists().where(SamePerson.customer_id == Customer.id),
        "incidents": or_(
            exists().where(IncidentCase.question_id == Question.id), exists().where(Incident.over_at.is_(None))
        ),
        "held": or_(exists().where(PendingAnswer.question_id == Question.id), exists().where(draft)),
        "files": exists().where(Attachment.owner_type == literal(KEPT), Attachment.owner_id == Question.id),
    }
    return {name: found[name].label(f"has_{name}") for name in Has._fields[1:]}


# Put together once: that takes longer than asking.
_CASE = Prepared(case_rows(), make=case_in)
