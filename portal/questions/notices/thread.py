"""Who is told what about a question: the customer by a mail that announces and links, the desk by a notice.

Everything here is called inside the transaction of what it announces. Mails carry nothing that somebody typed: text
stands at the question's page, and an address that nobody has confirmed must not receive a stranger's words (SR-41).
"""

from datetime import datetime, timedelta

from portal.customers.models import Customer
from portal.keys.actions import give_key
from portal.keys.rules import Purpose
from portal.questions.models import Question

KEY_LASTS = timedelta(days=90)


def conversation(question: Question) -> str:
    """What all mails about a question refer to, so that mail programs show them as one conversation."""
    return f"question.{question.number}"


def question_key(question: Question, customer: Customer, now: datetime) -> str:
    """A fresh key for a mail to a guest; empty for somebody with an account, who signs in instead."""
    if not customer.is_guest:
        return ""
    return give_key(Purpose.QUESTION_MAILED, question.id, now=now, lasts=KEY_LASTS, address=customer.email)
