"""Take a case, give it to somebody, hand it over. After the first answer somebody is always responsible."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.queries import user_by_id
from portal.accounts.rules import Action, role_may
from portal.desk.actions.answering import ask_lead
from portal.desk.notices import tell_assigned, tell_handed_over
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.i18n import LOCALES
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.models import Message, Question, SheetEntry
from portal.questions.queries import customer_of, locked_question
from portal.questions.rules import Author


class SheetTooOld(PortalError):
    """The customer wrote after the case sheet was written: whoever takes over would ask again."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("Please bring the case sheet up to date first. The customer has written since it was last changed.")
        )


class AssigneeNeeded(PortalError):
    """After the first answer a case cannot be given back to everybody: somebody stays responsible."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("The customer has an answer already, so somebody stays responsible. You can hand it over."))


class NobodyOfOurs(PortalError):
    """Only somebody of the desk can be responsible."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("Please choose somebody of the desk."))


def assign_case(question_id: int, user_id: int | None, *, by: Actor, now: datetime) -> bool:
    """Somebody is responsible from now on; None gives a case without an answer back to everybody.

    A case that was answered goes from one to another only with a case sheet newer than the customer's last message
    (SheetTooOld); the customer is told who takes over. AssigneeNeeded and NobodyOfOurs refuse. False when it was so.
    """
    person = _person(user_id)
    with transaction():
        question = locked_question(question_id)
        before = question.assignee_id
        if before == user_id:
            return False
        is_handed_over = question.first_answered_at is not None and before is not None
        if is_handed_over and person is None:
            raise AssigneeNeeded
        if is_handed_over and not is_sheet_fresh(question):
            raise SheetTooOld
        question.assignee_id = user_id
        question.version += 1
        if is_handed_over and person is not None:
            _hand_over(question, before, person, by, now)
        else:
            record("question.assigned", "question", question.id, by=by, at=now, user=user_id)
        if user_id is not None and user_id != by.id:
            tell_assigned(question, user_id, by.name, now=now)
    return True


def is_sheet_fresh(question: Question) -> bool:
    """Whether the case sheet was written after the customer's last message."""
    written = select(func.max(SheetEntry.changed_at)).where(SheetEntry.question_id == question.id)
    changed_at = db.session.scalar(written.where(SheetEntry.text != ""))
    wrote_at = question.last_customer_message_at
    return changed_at is not None and (wrote_at is None or changed_at > wrote_at)


def _hand_over(question: Question, before: int | None, person: User, by: Actor, now: datetime) -> None:
    """One sentence in the conversation and a mail, so that the customer knows who it is now."""
    former = user_by_id(before) if before else None
    from_name = former.name if former else by.name
    with force_locale(LOCALES.get(question.language, question.language)):
        sentence = _(
            "%(name)s takes over from %(former)s and knows how things stand.", name=person.name, former=from_name
        )
    db.session.add(_message(question, sentence, by, now))
    question.last_message_at = now
    record("question.handed_over", "question", question.id, by=by, at=now, user=person.id, former=before)
    tell_handed_over(question, customer_of(question), to_name=person.name, from_name=from_name, now=now)
    ask_lead(question, now=now, joining=person.id)


def _message(question: Question, sentence: str, by: Actor, now: datetime) -> Message:
    return Message(
        question_id=question.id,
        author=Author.STAFF.value,
        user_id=by.id,
        author_name=by.name,
        author_role="",
        channel="web",
        body=sentence,
        created_at=now,
    )


def _person(user_id: int | None) -> User | None:
    person = user_by_id(user_id) if user_id is not None else None
    if user_id is not None and (person is None or not role_may(person.role, Action.ANSWER) or not person.is_active):
        raise NobodyOfOurs
    return person
