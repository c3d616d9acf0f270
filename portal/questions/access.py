"""Open a question through the person: a customer who is signed in, or whoever holds a key to it (SR-01 to SR-04)."""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn, cast

from flask import abort
from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, null, or_, select, union_all
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.customers.access import current_customer
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.moments import Moment
from portal.foundation.sql.prepared import Prepared
from portal.journal.rules import Actor, ActorKind
from portal.keys.models import Key
from portal.keys.rules import digest, looks_like_key
from portal.numbers.format import Number, read_number
from portal.questions.guests import MAILED, OF_A_GUEST, OF_A_QUESTION, guest_digests
from portal.questions.models import FairnessRound, PromiseEntry, Question, Rating, SheetEntry
from portal.questions.past import stood
from portal.questions.queries import Reader


class Unseen(Exception):
    """Somebody asks for a number that is not given out or belongs to somebody else: which of both, nobody learns."""

    def __init__(self, number: Number) -> None:
        super().__init__(str(number))


@dataclass(frozen=True)
class OpenQuestion:
    """A question in the hands of somebody who may see it.

    All three are read for a page and cannot be changed; `for_change` loads the question anew. `promise` is the running
    one. `is_proven`: this browser came by a mailed link, so whoever sits there reads the address. `is_signed_in`: by an
    account instead of a key. `has_sheet`, `has_fairness`: whether it is worth asking for the lines of the case sheet,
    and for rounds about what would be fair or promises that were missed. `rating` is what the customer thought of it.
    """

    question: Question
    customer: Customer
    promise: PromiseEntry | None
    assignee_name: str
    is_signed_in: bool
    is_proven: bool
    has_sheet: bool = True
    has_fairness: bool = True
    rating: Rating | None = None

    @property
    def actor(self) -> Actor:
        """The person as the history names them."""
        kind = ActorKind.CUSTOMER if self.is_signed_in else ActorKind.GUEST
        # A guest is who this question names: anybody may have typed the same address with another name.
        name = self.customer.name if self.is_signed_in else self.question.asker_name
        return Actor(kind, name, self.customer.user_id if self.is_signed_in else None)


def question_for(number: str) -> Question:
    """This person's own question, else Unseen: strangers learn nothing. Mistyped when the check digit is wrong."""
    return open_question(number).question


def open_question(number: str) -> OpenQuestion:
    """This person's own question with all that its page needs about person and promise, else Unseen; one statement."""
    found = find_question(number)
    return found if found is not None else refuse(number)


def refuse(number: str) -> NoReturn:
    """Unseen, whatever is behind that number; 404 for what is no number at all."""
    raise Unseen(read_number(number) or abort(404))


def find_question(number: str) -> OpenQuestion | None:
    """As `open_question`; None for a number that is none, is not given out, or belongs to somebody else."""
    read = read_number(number)
    customer, keys = current_customer(), guest_digests()
    if read is None or not (customer or keys):
        return None
    rows = _rows(str(read), customer, keys)
    opened = _opened(rows, customer) if rows else None
    past = clock.past()
    return _as_it_stood(opened, past) if opened is not None and past is not None else opened


def question_for_key(number: str, plain: str) -> Question | None:
    """The question that this key of a link opens; None for any other key, number or age."""
    read = read_number(number)
    if read is None or not looks_like_key(plain):
        return None
    rows = _rows(str(read), None, [digest(plain)])
    return _opened(rows, None).question if rows else None


def reader_of_list() -> Reader | None:
    """Which questions this person may see; None for somebody who shows nothing at all."""
    customer, keys = current_customer(), guest_digests()
    if not (customer or keys):
        return None
    values: dict[str, Any] = {"customer": customer.id} if customer else {}
    if keys:
        values |= {"digests": keys, "now": clock.now()}
    return Reader(_SEEN_BY[bool(customer), bool(keys)], values)


def holds_all_of_a_guest() -> bool:
    """Whether this browser came by a link to all questions of an address."""
    keys = guest_digests()
    return bool(keys) and bool(_ALL_OF_A_GUEST.rows({"digests": keys, "now": clock.now()}))


def _rows(number: str, customer: Customer | None, keys: list[str]) -> list[Any]:
    """The question and what stands around it, once for each key that opens it; none where this person may not."""
    values = {"number": number, "customer": customer.id if customer else None}
    if customer and not keys:
        return _BY_ACCOUNT.rows(values)
    return _BY_KEY.rows({**values, "digests": keys, "now": clock.now()})


def _statement(*, with_keys: bool) -> Any:
    """Question, customer, running promise, rating, name of who is assigned, the purpose of each key that opens it."""
    columns = (User.name, Key.purpose if with_keys else null(), _HAS_SHEET, _HAS_FAIRNESS)
    rows = (
        select(*columns, *Question.__table__.c, *Customer.__table__.c, *PromiseEntry.__table__.c, *Rating.__table__.c)
        .select_from(Question)
        .join(Customer, Customer.id == Question.customer_id)
        .outerjoin(PromiseEntry, and_(PromiseEntry.question_id == Question.id, PromiseEntry.ended_at.is_(None)))
        .outerjoin(Rating, Rating.question_id == Question.id)
        .outerjoin(User, User.id == Question.assignee_id)
        .where(Question.number == bindparam("number"))
    )
    if not with_keys:
        return rows.where(_IS_OWN)
    return rows.outerjoin(Key, opened_by_key()).where(or_(_IS_OWN, Key.id.is_not(None)))


def opened_by_key() -> ColumnElement[bool]:
    """That a valid key among `digests` opens the question `now`, to join keys to questions by."""
    opens = or_(
        and_(Key.purpose.in_(OF_A_QUESTION), Key.subject_id == Question.id),
        and_(Key.purpose.in_(OF_A_GUEST), Key.subject_id == Question.customer_id),
    )
    return and_(_is_valid(), opens)


def _is_valid() -> ColumnElement[bool]:
    """That a key is among `digests` and opens something `now`."""
    is_shown = Key.digest.in_(bindparam("digests", expanding=True))
    is_running = Key.expires_at > bindparam("now", type_=Moment())
    return and_(is_shown, is_running, Key.used_at.is_(None), Key.revoked_at.is_(None))


def _seen(*, by_account: bool, by_keys: bool) -> ColumnElement[bool]:
    """Which questions somebody sees who is `customer`, shows `digests` of keys, or both."""
    if not by_keys:
        return _IS_OWN
    one = select(Key.subject_id).where(_is_valid(), Key.purpose.in_(OF_A_QUESTION))
    every = select(Key.subject_id).where(_is_valid(), Key.purpose.in_(OF_A_GUEST))
    found = [one, select(Question.id).where(Question.customer_id.in_(every))]
    # Not by OR, for which PostgreSQL reads every question there is.
    return Question.id.in_(union_all(*found, *([select(Question.id).where(_IS_OWN)] if by_account else [])))


def _opened(rows: Sequence[Any], customer: Customer | None) -> OpenQuestion:
    assignee, _purpose, has_sheet, has_fairness, *values = rows[0]
    question = cast("Question", _QuestionRow._make(values[:_OWNER]))
    owner = cast("Customer", _CustomerRow._make(values[_OWNER:_PROMISE]))
    promise = (
        cast("PromiseEntry", _PromiseRow._make(values[_PROMISE:_RATING])) if values[_PROMISE] is not None else None
    )
    rating = cast("Rating", _RatingRow._make(values[_RATING:])) if values[_RATING] is not None else None
    is_signed_in = customer is not None and question.customer_id == customer.id
    is_proven = any(row[1] in MAILED for row in rows)
    return OpenQuestion(
        question, owner, promise, assignee or "", is_signed_in, is_proven, bool(has_sheet), bool(has_fairness), rating
    )


def _as_it_stood(opened: OpenQuestion, moment: datetime) -> OpenQuestion | None:
    """The same for somebody who looks back; None when it had not been asked yet."""
    then = stood(opened.question, moment)
    if then is None:
        return None
    return replace(opened, question=then.question, promise=then.promise, assignee_name=then.assignee_name)


def _names(model: Any) -> list[str]:
    return [column.key for column in model.__table__.c]


# Rows that read like the models and cannot be changed; to load objects costs more than everything else of a page.
_QuestionRow = namedtuple("_QuestionRow", _names(Question))  # type: ignore[misc]
_CustomerRow = namedtuple("_CustomerRow", _names(Customer))  # type: ignore[misc]
_PromiseRow = namedtuple("_PromiseRow", _names(PromiseEntry))  # type: ignore[misc]
_RatingRow = namedtuple("_RatingRow", _names(Rating))  # type: ignore[misc]
_OWNER = len(_QuestionRow._fields)
_PROMISE = _OWNER + len(_CustomerRow._fields)
_RATING = _PROMISE + len(_PromiseRow._fields)

_IS_OWN = Question.customer_id == bindparam("customer", type_=Integer)
_HAS_SHEET = exists().where(SheetEntry.question_id == Question.id, SheetEntry.text != "")
_MISSED = aliased(PromiseEntry)
_HAS_FAIRNESS = or_(
    exists().where(FairnessRound.question_id == Question.id),
    exists().where(_MISSED.question_id == Question.id, _MISSED.breached_at.is_not(None)),
)
# Built once: a page asks for it with every look, and building it costs more than asking.
_BY_ACCOUNT, _BY_KEY = Prepared(_statement(with_keys=False)), Prepared(_statement(with_keys=True))
_SEEN_BY = {
    (by_account, by_keys): _seen(by_account=by_account, by_keys=by_keys)
    for by_account, by_keys in ((True, False), (False, True), (True, True))
}
_ALL_OF_A_GUEST = Prepared(select(Key.id).where(_is_valid(), Key.purpose.in_(OF_A_GUEST)).limit(1))
