"""Who calls: the person of a record or of an address, and what of theirs is not ended."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from portal.customers.models import Customer
from portal.foundation.addresses import normalised
from portal.foundation.database import db
from portal.questions.models import Question
from portal.questions.rules import Status

_MOST = 5


def caller(customer_id: int) -> Customer | None:
    """The person of that record."""
    return db.session.get(Customer, customer_id)


def callers_at(address: str) -> Sequence[Customer]:
    """Everybody with that address: whoever has an account first."""
    rows = select(Customer).where(Customer.email == normalised(address))
    return db.session.scalars(rows.order_by(Customer.user_id.is_(None), Customer.id)).all()


def not_ended(customers: Collection[Customer]) -> Sequence[Any]:
    """Number and subject of their newest questions that are open or wait for them."""
    rows = (
        select(Question.number, Question.subject)
        .where(Question.customer_id.in_([each.id for each in customers]), Question.status != Status.CLOSED.value)
        .order_by(Question.id.desc())
        .limit(_MOST)
    )
    return db.session.execute(rows).all() if customers else []
