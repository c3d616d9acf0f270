"""What every act of a customer begins with: load the question for a change, and believe a mailed link."""

from datetime import datetime

from sqlalchemy import func, select, update

from portal.customers.actions import confirm_guest
from portal.customers.models import Customer
from portal.foundation.database import db, transaction
from portal.journal.actions import record
from portal.questions.access import OpenQuestion
from portal.questions.models import Question
from portal.questions.queries import locked_question


def for_change(opened: OpenQuestion, *, now: datetime) -> Question:
    """The question as it is now, inside the caller's transaction; nobody else changes it until that ends.

    Whoever acts by a mailed link has proven the address with it (SR-04): opening the link alone proves nothing.
    """
    if opened.is_proven and opened.question.confirmed_at is None:
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
    """Give a guest's questions to the account that the guest joined; put into `customers.actions.JOINED`."""
    moved = (
        update(Question)
        .where(Question.customer_id == guest.id)
        .values(customer_id=customer.id, confirmed_at=func.coalesce(Question.confirmed_at, now))
    )
    db.session.execute(moved.execution_options(synchronize_session=False))


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
    confirm_guest(customer, now)
