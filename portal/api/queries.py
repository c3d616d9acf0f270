"""Find tokens by what was shown and for their page, and questions by number and by when they changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import BigInteger, ColumnElement, func, literal, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.api.models import ApiToken
from portal.customers.models import Customer
from portal.foundation.database import db
from portal.journal.models import Event
from portal.questions.models import Question

_MOST_LISTED = 500


def token_of(digest: str) -> ApiToken | None:
    """The token with that hash, with its owner as they are now."""
    row = select(ApiToken).where(ApiToken.digest == digest)
    return db.session.scalar(row.execution_options(populate_existing=True))


def token_by_id(token_id: int) -> ApiToken | None:
    """The token with its owner."""
    return db.session.get(ApiToken, token_id)


def all_tokens() -> Sequence[ApiToken]:
    """Every token that has not been cleared away, with its owner; the newest first."""
    return db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc()).limit(_MOST_LISTED)).all()


def tokens_left(user_id: int, now: datetime, *, most: int) -> int:
    """How many more tokens an account may have, inside the caller's transaction: nobody else makes one meanwhile."""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    running = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    return most - (db.session.scalar(select(func.count()).where(*running)) or 0)


@dataclass(frozen=True)
class ListedQuestion:
    """A question with the address of its customer, and the number of the one that it was merged into."""

    question: Question
    email: str
    merged_into: str | None


@dataclass(frozen=True)
class Changes:
    """Questions that changed, in the order of their last change; `place` is where the next look begins."""

    questions: Sequence[ListedQuestion]
    place: int
    has_more: bool


def question_by_number(number: str) -> ListedQuestion | None:
    """The question with that number, whoever's it is."""
    found = _listed(Question.number == number)
    return found[0] if found else None


def changed_questions(after: int, *, until: datetime, most: int) -> Changes:
    """What happened after a place in the history of questions and not after that moment; three statements.

    A later entry can be written down sooner: the list stops at the first one that is too young, and so skips none.
    """
    later = Event.id > literal(after, BigInteger)
    # In their order from that place on: by the index of things SQLite would read and sort all that ever happened.
    is_of_question = func.coalesce(Event.subject_type, "") == "question"
    rows = select(Event.id, Event.subject_id, Event.at).where(is_of_question, later)
    found = db.session.execute(rows.order_by(Event.id).limit(most + 1)).all()
    old = list(takewhile(lambda row: row.at <= until, found))
    seen = old[:most]
    order = {row.subject_id: row.id for row in seen}
    listed = _listed(Question.id.in_(order)) if order else []
    listed.sort(key=lambda each: order[each.question.id])
    return Changes(listed, seen[-1].id if seen else after, len(old) > most)


def _listed(condition: ColumnElement[bool]) -> list[ListedQuestion]:
    other = aliased(Question)
    rows = (
        select(Question, Customer.email, other.number)
        .join(Customer, Customer.id == Question.customer_id)
        .outerjoin(other, other.id == Question.merged_into_id)
        .where(condition)
    )
    return [ListedQuestion(*row) for row in db.session.execute(rows.execution_options(populate_existing=True))]
