"""What every act of a customer begins with: load the question for a change, and believe a mailed link."""

from datetime import datetime

from sqlalchemy import select, update

from portal.customers.actions import confirm_guest
from portal.customers.models import Customer
from portal.foundation.database import db, transaction
from portal.journal.actions import record
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.questions.access import OpenQuestion
from portal.questions.models import Question
from portal.questions.queries import locked_question


def for_change(opened: OpenQuestion, *, now: datetime) -> Question:
    """The question as it is now, inside the caller's transaction; nobody else changes it until that ends.

    Whoever acts by a mailed link has proven the address with it (SR-04): opening the link alone proves nothing. So has
    whoever acts with an account of that address.
    """
    if opened.question.confirmed_at is None and (opened.is_proven or _reads_the_address(opened)):
        _believe(opened, now)
    return locked_question(opened.question.id)


def confirm_address(opened: OpenQuestion, *, now: datetime) -> bool:
    """Confirm by a button what a mailed link proves; False when this browser did not come by one."""
    if not opened.is_proven:
        return False
    with transaction():
        for_change(opened, now=now)
    return True


def move_questions(guest: Customer, customer: Customer, now: datetime) -> None:
    """Give a guest's questions to the account that the guest joined; put into `customers.actions.JOINED`.

    A question that nobody pressed anything at stays unconfirmed: a stranger may have typed it.
    """
    moved = update(Question).where(Question.customer_id == guest.id).values(customer_id=customer.id)
    # Browsers that asked with this address, whoever sat there, do not read on: the address is somebody's account now.
    own = select(Question.id).where(Question.customer_id == guest.id)
    asked = update(Key).where(Key.purpose == Purpose.QUESTION_ASKED.value, Key.subject_id.in_(own))
    for each in (asked.where(Key.revoked_at.is_(None)).values(revoked_at=now), moved):
        db.session.execute(each.execution_options(synchronize_session=False))


def _believe(opened: OpenQuestion, now: datetime) -> None:
    # Always customer before question: two who confirm at one moment wait for each other in the same order.
    row = select(Customer).where(Customer.id == opened.question.customer_id).with_for_update()
    customer = db.session.scalars(row.execution_options(populate_existing=True)).one()
    question = locked_question(opened.question.id)
    if question.confirmed_at is not None:
        return
    question.confirmed_at = now
    record("question.confirmed", "question", question.id, by=opened.actor, at=now)
    db.session.flush()
    confirm_guest(customer, now, name=question.asker_name)


def _reads_the_address(opened: OpenQuestion) -> bool:
    return opened.is_signed_in and opened.customer.confirmed_at is not None
