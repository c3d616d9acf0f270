"""Who is told that an article was published: whoever asked the questions that it came from, once each."""

from datetime import datetime

from portal.customers.models import Customer
from portal.notifications.actions import notify
from portal.notifications.rules import MailKind
from portal.questions.models import Question
from portal.questions.notices.thread import greeted, question_key

# The title may go back to words of whoever asked: an unconfirmed address reads only that there is an article (SR-41).
WRITTEN = MailKind("article_written", shown_unconfirmed=frozenset({"number", "key", "article"}))
MAILS = (WRITTEN,)


def tell_written(question: Question, customer: Customer, article_number: int, title: str, *, now: datetime) -> None:
    """One mail to one customer about one article, however many of their questions it came from."""
    payload = {
        "number": question.number,
        "name": greeted(question, customer),
        "article": article_number,
        "title": title,
        "key": question_key(question, customer, now),
    }
    notify(
        WRITTEN.name,
        to=customer.email,
        language=question.language,
        about=("question", question.id),
        stamp=f"{article_number}:{customer.id}",
        payload=payload,
        now=now,
        is_confirmed=question.confirmed_at is not None,
        thread=question.number,
    )
