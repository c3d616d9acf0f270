"""Who is told of a new question: whoever asked by a mail that confirms it, the desk by a notice."""

from datetime import datetime
from typing import TypedDict

from portal.customers.models import Customer
from portal.notifications.actions import notify, tell_staff
from portal.notifications.rules import MailKind
from portal.questions.models import Question
from portal.questions.notices.thread import greeted

# Unconfirmed addresses count against the limits of mails anyway; who is confirmed asks as often as they like.
# An unconfirmed address is told number, date, why then, and link: nothing of it was typed by whoever asked (SR-41).
RECEIVED = MailKind(
    "question_received",
    shown_unconfirmed=frozenset({"number", "key", "due_at", "level", "minutes", "is_call"}),
    is_acknowledgement=True,
    takes_answers=True,
)

MAILS = (RECEIVED,)


class Why(TypedDict):
    """Why the answer comes by its date: the level in the asker's language and its time, or the time of a call."""

    level: str
    minutes: int
    is_call: bool


def tell_of_question(
    question: Question, customer: Customer, *, key: str, why: Why, is_proven: bool, marks: list[str], now: datetime
) -> None:
    """The confirmation and the desk's notice, inside the transaction of the question; `key` is the mail's own."""
    due_at = question.answer_due_at.isoformat() if question.answer_due_at else ""
    payload = {"number": question.number, "key": key, "due_at": due_at, **why}
    notify(
        RECEIVED.name,
        to=customer.email,
        language=question.language,
        about=("question", question.id),
        stamp=question.number,
        payload=payload | ({"name": greeted(question, customer), "subject": question.subject} if is_proven else {}),
        now=now,
        is_confirmed=is_proven,
        thread=question.number,
    )
    tell_staff(
        "question_new",
        about=("question", question.id),
        stamp=question.number,
        payload={"number": question.number, "topic": question.topic, "level": question.level, "marks": marks},
        now=now,
    )
