"""What the customer is told about a question: by a mail that announces and links.

Everything here is called inside the transaction of what it announces. Mails carry nothing of the conversation: it
stands at the question's page, and an address that nobody has confirmed must not receive a stranger's words (SR-41).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.customers.models import Customer
from portal.keys.actions import give_key
from portal.keys.rules import Purpose
from portal.notifications.actions import notify
from portal.notifications.rules import MailKind
from portal.questions.models import Question

KEY_LASTS = timedelta(days=90)
_ALWAYS = frozenset({"number", "key"})

MAILS = (
    MailKind("question_answered", shown_unconfirmed=_ALWAYS | {"due_at", "close_at", "files"}, takes_answers=True),
    MailKind("question_waiting", shown_unconfirmed=_ALWAYS | {"remind_at", "close_at", "files"}, takes_answers=True),
    MailKind("question_reminder", shown_unconfirmed=_ALWAYS | {"close_at"}, takes_answers=True),
    MailKind("question_moved", shown_unconfirmed=_ALWAYS | {"before", "due_at"}, takes_answers=True),
    MailKind("question_missed", shown_unconfirmed=_ALWAYS | {"before", "due_at"}, takes_answers=True),
    MailKind("question_solved", shown_unconfirmed=_ALWAYS | {"reopen_until", "files"}, takes_answers=True),
    MailKind("question_closed", shown_unconfirmed=_ALWAYS | {"reopen_until", "by_silence"}, takes_answers=True),
    MailKind("question_rating", shown_unconfirmed=_ALWAYS | {"reopen_until"}, takes_answers=True),
    MailKind("question_link", shown_unconfirmed=_ALWAYS, anyone_can_cause=True, takes_answers=True),
    MailKind("question_list", shown_unconfirmed=frozenset({"key"}), anyone_can_cause=True),
)


def tell_answered(question: Question, customer: Customer, *, now: datetime, files: int = 0) -> None:
    """Somebody answered; the mail says whose turn it is now, and how many files wait on the page."""
    dates = {"due_at": question.answer_due_at, "close_at": question.close_at}
    tell_customer("question_answered", question, customer, now, **dates, files=files)


def tell_waiting(question: Question, customer: Customer, *, now: datetime, files: int = 0) -> None:
    """It is the customer's turn; the mail says what silence leads to, and when."""
    dates = {"remind_at": question.remind_at, "close_at": question.close_at}
    tell_customer("question_waiting", question, customer, now, **dates, files=files)


def tell_reminded(question: Question, customer: Customer, *, now: datetime) -> None:
    """It has been the customer's turn for some days; closing is announced."""
    tell_customer("question_reminder", question, customer, now, close_at=question.close_at)


def tell_moved(question: Question, customer: Customer, before: datetime, *, reason: str, now: datetime) -> None:
    """The promise has another date; the reason stands in the mail where the address is confirmed."""
    dates = {"before": before, "due_at": question.answer_due_at}
    tell_customer("question_moved", question, customer, now, **dates, reason=" ".join(reason.split()))


def tell_missed(question: Question, customer: Customer, new_date: datetime, *, now: datetime) -> None:
    """The promise was missed; the mail names the new date."""
    tell_customer("question_missed", question, customer, now, before=question.answer_due_at, due_at=new_date)


def tell_solved(question: Question, customer: Customer, *, now: datetime, files: int = 0) -> None:
    """Staff say that it is solved; the mail says until when a reply reopens it, and invites a judgement."""
    tell_customer("question_solved", question, customer, now, reopen_until=question.reopen_until, files=files)


def tell_closed(question: Question, customer: Customer, *, now: datetime, by_silence: bool = False) -> None:
    """It was closed, by staff or because nobody wrote."""
    tell_customer("question_closed", question, customer, now, reopen_until=question.reopen_until, by_silence=by_silence)


def invite_rating(question: Question, customer: Customer, *, now: datetime) -> None:
    """The customer said that it is solved: the mail keeps the date of reopening and invites a judgement."""
    tell_customer("question_rating", question, customer, now, reopen_until=question.reopen_until)


def send_link(question: Question, customer: Customer, *, now: datetime, stamp: str) -> None:
    """A new link to one question, to the stored address only (SR-04)."""
    payload = {
        "number": question.number,
        "name": greeted(question, customer),
        "key": question_key(question, customer, now),
    }
    _notify("question_link", question, customer, payload, stamp=stamp, now=now)


def send_list_link(customer: Customer, *, now: datetime, stamp: str) -> None:
    """A link to all questions of a guest, or to the sign-in of somebody with an account."""
    key = ""
    if customer.is_guest:
        key = give_key(Purpose.CUSTOMER_MAILED, customer.id, now=now, lasts=KEY_LASTS, address=customer.email)
    notify(
        "question_list",
        to=customer.email,
        language=customer.language,
        about=("customer", customer.id),
        stamp=stamp,
        payload={"key": key, "name": customer.name},
        now=now,
        is_confirmed=customer.confirmed_at is not None,
    )


def greeted(question: Question, customer: Customer) -> str:
    """The name in the greeting: of the account, else the one that this question was asked under."""
    return question.asker_name if customer.user_id is None else customer.name


def question_key(question: Question, customer: Customer, now: datetime) -> str:
    """A fresh key for a mail to a guest; empty for somebody with an account, who signs in instead."""
    if customer.user_id is not None:
        return ""
    return give_key(Purpose.QUESTION_MAILED, question.id, now=now, lasts=KEY_LASTS, address=customer.email)


def tell_customer(
    kind: str, question: Question, customer: Customer, now: datetime, **told: datetime | bool | int | str | None
) -> None:
    """One mail about a question: number, subject, name, a link, and what else its template needs (UTC moments)."""
    written = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
    given = {"number": question.number, "subject": question.subject, "name": greeted(question, customer)}
    payload = {**given, **written, "key": question_key(question, customer, now)}
    # Every visible change raises the version: the same one is announced once.
    _notify(kind, question, customer, payload, stamp=f"{question.id}:{question.version}", now=now)


def _notify(
    kind: str, question: Question, customer: Customer, payload: Mapping[str, object], *, stamp: str, now: datetime
) -> None:
    notify(
        kind,
        to=customer.email,
        language=question.language,
        about=("question", question.id),
        stamp=stamp,
        payload=dict(payload),
        now=now,
        is_confirmed=question.confirmed_at is not None,
        thread=question.number,
    )
