"""What a draft needs of a case: our answers, and every name that must not stand in an article."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.desk.access import Case
from portal.foundation.database import db
from portal.questions.models import Message
from portal.questions.rules import Author

_MOST = 5


def answers_in(question_id: int) -> Sequence[str]:
    """The newest answers of ours, in their order."""
    rows = select(Message.body).where(
        Message.question_id == question_id, Message.author == Author.STAFF.value, Message.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(Message.id.desc()).limit(_MOST)))[::-1]


def names_in(case: Case) -> set[str]:
    """Everybody who wrote in it, the customer, and who is responsible."""
    wrote = db.session.scalars(select(Message.author_name).filter_by(question_id=case.question.id).distinct())
    known = {case.customer.name, case.question.asker_name, case.assignee.name if case.assignee else ""}
    return {name for name in (*wrote, *known) if name}
