"""The other records of a person, as staff said, and their newest questions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, select

from portal.customers.models import Customer
from portal.desk.models import SamePerson
from portal.foundation.sql.prepared import Prepared
from portal.questions.models import Question

_MOST_QUESTIONS = 8


def other_records(customer_id: int) -> Sequence[Any]:
    """Id, name and address of every other record, the newest first."""
    return _RECORDS.rows({"customer": customer_id})


def questions_elsewhere(customer_id: int) -> Sequence[Any]:
    """The newest questions under the other records, each as a line of the case page shows it."""
    return _QUESTIONS.rows({"customer": customer_id})


_OTHERS = select(SamePerson.other_id).where(SamePerson.customer_id == bindparam("customer", type_=Integer))
_RECORDS = Prepared(
    select(Customer.id, Customer.name, Customer.email).where(Customer.id.in_(_OTHERS)).order_by(Customer.id.desc())
)
_QUESTIONS = Prepared(
    select(
        *(Question.number, Question.subject, Question.status, Question.solved_at),
        *(Question.first_answered_at, Question.assignee_id, Question.begun_at),
    )
    .where(Question.customer_id.in_(_OTHERS))
    .order_by(Question.id.desc())
    .limit(_MOST_QUESTIONS)
)
