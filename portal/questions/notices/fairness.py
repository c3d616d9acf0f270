"""Who is told about what would be fair; called inside the transaction of what it announces."""

from datetime import datetime

from portal.customers.models import Customer
from portal.notifications.rules import MailKind
from portal.questions.models import Question
from portal.questions.notices.desk import tell_of
from portal.questions.notices.thread import tell_customer

_ALWAYS = frozenset({"number", "key"})

MAILS = (
    MailKind("question_fairness", shown_unconfirmed=_ALWAYS, takes_answers=True),
    MailKind("question_fairness_answered", shown_unconfirmed=_ALWAYS | {"can_wish"}, takes_answers=True),
)


def invite_wish(question: Question, customer: Customer, *, now: datetime) -> None:
    """Staff ask what would be fair."""
    tell_customer("question_fairness", question, customer, now)


def tell_fairness_answered(question: Question, customer: Customer, *, can_wish: bool, now: datetime) -> None:
    """There is an answer; the mail says whether there may be a second wish."""
    tell_customer("question_fairness_answered", question, customer, now, can_wish=can_wish)


def tell_desk_wished(question: Question, turn: int, *, now: datetime) -> None:
    """The customer said what would be fair: whoever is assigned is told, or everybody."""
    tell_of("question.fairness", question, f"{question.id}:{turn}", now, user_id=question.assignee_id, turn=turn)
