"""Who is told what the desk does: customers by a mail that announces and links, staff by a notice."""

from datetime import datetime

from portal.accounts.rules import Role
from portal.customers.models import Customer
from portal.desk.models import ArticleFlag
from portal.notifications.actions import tell_staff
from portal.notifications.rules import MailKind
from portal.questions.models import Question
from portal.questions.notices.desk import tell_of
from portal.questions.notices.thread import tell_customer

_ALWAYS = frozenset({"number", "key"})

MAILS = (
    MailKind("question_handed_over", shown_unconfirmed=_ALWAYS | {"due_at"}),
    MailKind("question_merged", shown_unconfirmed=_ALWAYS | {"merged"}),
)


def tell_handed_over(question: Question, customer: Customer, *, to_name: str, from_name: str, now: datetime) -> None:
    """Somebody else takes over; one sentence says who."""
    due_at = question.answer_due_at.isoformat() if question.answer_due_at else ""
    payload = {"to_name": to_name, "from_name": from_name, "due_at": due_at}
    tell_customer("question_handed_over", question, customer, now, **payload)


def tell_merged(question: Question, customer: Customer, merged: str, *, now: datetime) -> None:
    """Two questions are one now; the mail leads to the one that stays."""
    tell_customer("question_merged", question, customer, now, merged=merged)


def tell_lead_of_third(question: Question, persons: int, *, now: datetime) -> None:
    """The customer deals with a third person; the lead is asked to see to it. Once for each number of persons."""
    stamp = f"{question.id}:{persons}"
    tell_of("question.third_person", question, stamp, now, role=Role.LEAD.value, persons=persons)


def tell_assigned(question: Question, user_id: int, by_name: str, *, now: datetime) -> None:
    """Somebody was made responsible by somebody else."""
    tell_of("question.assigned", question, f"{question.id}:{question.version}", now, user_id=user_id, by=by_name)


def tell_reminded(question: Question, user_id: int, reminder_id: int, remark: str, *, now: datetime) -> None:
    """A case comes back, as somebody wished."""
    tell_of("question.reminder", question, str(reminder_id), now, user_id=user_id, remark=remark)


def tell_silent(question: Question, days: int, *, now: datetime) -> None:
    """Nothing reached the customer for so many working days: whoever is responsible is asked for one honest line."""
    stamp = f"{question.id}:{now.date().isoformat()}"
    tell_of("question.silent", question, stamp, now, user_id=question.assignee_id, days=days)


def tell_stopped(question: Question, user_id: int, pending_id: int, *, now: datetime) -> None:
    """An answer did not go out, because something newer arrived while it waited."""
    tell_of("answer.stopped", question, str(pending_id), now, user_id=user_id)


def tell_article_flagged(flag: ArticleFlag, title: str, *, now: datetime, user_id: int | None, role: str) -> None:
    """A colleague says that an article is wrong. Nothing of the case goes along: editors may not see it."""
    about, payload = ("article", flag.article_number), {"flag": flag.id, "title": title}
    tell_staff("article.flagged", about=about, stamp=str(flag.id), payload=payload, now=now, user_id=user_id, role=role)


def tell_flag_settled(flag: ArticleFlag, question: Question, *, now: datetime) -> None:
    """Whoever said it learns once that an editor has seen to it."""
    tell_of("article.settled", question, str(flag.id), now, user_id=flag.user_id)
