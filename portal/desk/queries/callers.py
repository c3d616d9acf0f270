"""Who calls: people by what they can say of themselves, and what of theirs is not ended."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from portal.customers.models import Customer
from portal.desk.queries.words import customers_at, customers_with, words_of
from portal.foundation.database import db
from portal.foundation.sql.word_index import read_newest
from portal.numbers.format import read_number
from portal.orders.queries import named_in_books
from portal.questions.models import Question
from portal.questions.rules import Status

_MOST, _MOST_PEOPLE = 5, 8


def caller(customer_id: int) -> Customer | None:
    """The person of that record."""
    return db.session.get(Customer, customer_id)


def callers_like(typed: str) -> Sequence[Any]:
    """Who may have said that: a name, a mail address, a number of the books or of a question; at most eight.

    Each has `id`, `name` and `email`, and `said`: what in the books it was found by, or "". Mistyped for the number
    of a question whose last digit does not fit.
    """
    read = read_number(typed)
    if read is not None:
        of_question = select(Question.customer_id).where(Question.number == str(read))
        return [Caller(each.id, each.name, each.email) for each in _people(Customer.id.in_(of_question))]
    named = named_in_books(typed, _MOST_PEOPLE)
    if named:
        people = {each.id: each for each in _people(Customer.id.in_([row.customer_id for row in named]))}
        said = {row.customer_id: f"{row.number} {row.what}".strip() for row in reversed(named)}
        return [Caller(each.id, each.name, each.email, said[each.id]) for each in people.values()]
    read_newest()
    found = customers_at(typed) if "@" in typed else customers_with(words_of(typed), _MOST_PEOPLE)
    return [Caller(each.id, each.name, each.email) for each in found]


class Caller(NamedTuple):
    """Somebody who may be calling."""

    id: int
    name: str
    email: str
    said: str = ""


def _people(condition: Any) -> Sequence[Customer]:
    return db.session.scalars(select(Customer).where(condition).order_by(Customer.id.desc())).all()


def not_ended(customers: Collection[Customer]) -> Sequence[Any]:
    """Number and subject of their newest questions that are open or wait for them."""
    rows = (
        select(Question.number, Question.subject)
        .where(Question.customer_id.in_([each.id for each in customers]), Question.status != Status.CLOSED.value)
        .order_by(Question.id.desc())
        .limit(_MOST)
    )
    return db.session.execute(rows).all() if customers else []
