"""Who asks, and which open question of theirs is about the same topic; one statement each, none for strangers."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from portal.accounts.access import current_user
from portal.customers.access import current_customer
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.database import db
from portal.journal.rules import Actor
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.questions.access import reader_of_list
from portal.questions.actions.asking import Asker
from portal.questions.guests import MAILED, guest_digests
from portal.questions.models import Question
from portal.questions.past import questions_then
from portal.questions.queries import ListFilter
from portal.questions.rules import LIST_SIZE, Status


def asker(name: str, email: str) -> Asker:
    """The person behind this request: whoever is signed in, else a guest by what was typed (a checked address)."""
    customer, user = current_customer(), current_user()
    if customer is not None:
        return Asker(customer, customer.name, customer.email, bool(user and user.confirmed_at))
    address = normalised(email)
    return Asker(None, name, address, address in _proven_addresses())


def asker_of(people: Sequence[Customer], name: str, address: str, *, by: Actor) -> Asker:
    """Whom somebody of ours writes for, of the `people` with that address: the account that proved it, else a guest.

    What was heard on the phone, or comes from another program, proves no address.
    """
    account = next((each for each in people if not each.is_guest and each.confirmed_at), None)
    if account is not None:
        return Asker(account, account.name, account.email, is_proven=True, taken_by=by)
    return Asker(None, name, address, is_proven=False, taken_by=by)


def open_question_about(topic: str) -> Question | None:
    """The newest open question of this person on a topic. A typed address never counts: it proves nothing."""
    own = reader_of_list() if topic else None
    if own is None:
        return None
    past = clock.past()
    if past is not None:
        then = questions_then(own, ListFilter(), past, limit=LIST_SIZE)
        return next((each for each in then if each.topic == topic and each.status != Status.CLOSED), None)
    rows = select(Question).where(own.condition, Question.topic == topic, Question.status != Status.CLOSED.value)
    return db.session.scalar(rows.order_by(Question.id.desc()).limit(1), own.values)


def _proven_addresses() -> Sequence[str]:
    """The addresses whose mailed links this browser holds."""
    digests = guest_digests()
    if not digests:
        return []
    is_of_customer = and_(Key.purpose == Purpose.CUSTOMER_MAILED.value, Key.subject_id == Customer.id)
    asked = select(Question.customer_id).where(Question.id == Key.subject_id).scalar_subquery()
    is_of_question = and_(Key.purpose == Purpose.QUESTION_MAILED.value, Customer.id == asked)
    rows = (
        select(Customer.email)
        .join(Key, or_(is_of_customer, is_of_question))
        .where(Key.digest.in_(digests), Key.purpose.in_([each.value for each in MAILED]))
        .where(Key.expires_at > clock.now(), Key.used_at.is_(None), Key.revoked_at.is_(None))
    )
    return db.session.scalars(rows).all()
