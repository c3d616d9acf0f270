"""What staff are told about a question; the desk shows it. Called inside the transaction of what it announces."""

from collections.abc import Iterable
from datetime import datetime

from portal.accounts.rules import Role
from portal.notifications.actions import tell_staff
from portal.questions.models import Question
from portal.service_levels.levels import Told


def tell_desk_replied(question: Question, message_id: int, *, now: datetime) -> None:
    """The customer wrote: whoever is assigned is told, or everybody."""
    tell_of("question.replied", question, f"{question.id}:{message_id}", now, user_id=question.assignee_id)


def tell_desk_objected(question: Question, line: str, *, now: datetime) -> None:
    """The customer says that a line of the case sheet is not right."""
    stamp = f"{question.id}:{question.version}"
    tell_of("question.objected", question, stamp, now, user_id=question.assignee_id, line=line)


def tell_desk_warned(question: Question, told: Iterable[Told], *, deputy_id: int | None, now: datetime) -> None:
    """Three quarters of the time have passed."""
    _tell_all("question.warning", question, told, deputy_id=deputy_id, now=now)


def tell_desk_breached(question: Question, told: Iterable[Told], *, deputy_id: int | None, now: datetime) -> None:
    """A promise was missed."""
    _tell_all("question.breached", question, told, deputy_id=deputy_id, now=now)


def _tell_all(kind: str, question: Question, told: Iterable[Told], *, deputy_id: int | None, now: datetime) -> None:
    due_at = question.answer_due_at.isoformat() if question.answer_due_at else ""
    people = {Told.ASSIGNEE: question.assignee_id, Told.DEPUTY: deputy_id}
    # Without a deputy the lead is told; without somebody assigned, everybody who answers.
    roles = {Told.LEAD: Role.LEAD, Told.DEPUTY: Role.LEAD, Told.AGENTS: Role.AGENT, Told.ASSIGNEE: Role.AGENT}
    for each in told:
        user_id = people.get(each)
        role = "" if user_id else roles[each].value
        stamp = f"{question.id}:{question.version}:{each}"
        tell_of(kind, question, stamp, now, user_id=user_id, role=role, due_at=due_at)


def tell_of(
    kind: str,
    question: Question,
    stamp: str,
    now: datetime,
    *,
    user_id: int | None = None,
    role: str = "",
    **told: object,
) -> None:
    """One notice about a question, as `tell_staff` gives it: with number and topic, and what else is told."""
    payload = {"number": question.number, "topic": question.topic, **told}
    tell_staff(kind, about=("question", question.id), stamp=stamp, payload=payload, now=now, user_id=user_id, role=role)
