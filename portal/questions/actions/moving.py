"""Staff move a promise, or give a question another service level; both with a reason that the customer reads."""

from datetime import datetime

from flask_babel import gettext as _

from portal.foundation.database import transaction
from portal.foundation.errors import PortalError
from portal.journal.rules import Actor
from portal.questions.actions.promises import advance_question
from portal.questions.models import Question
from portal.questions.notices.thread import tell_moved
from portal.questions.queries import customer_of, locked_question, service_levels
from portal.service_levels.promises import Happening


class ReasonMissing(PortalError):
    """A promise moves only with a reason."""

    def __init__(self) -> None:
        super().__init__(_("Please say why. The customer reads the reason beside the old date."))


class LevelReasonMissing(PortalError):
    """A level changes only with a reason, whether or not a date moves with it."""

    def __init__(self) -> None:
        super().__init__(_("Please say why the service level changes. The customer reads the reason."))


class UnknownLevel(PortalError):
    """There is no such level in the file."""

    def __init__(self) -> None:
        super().__init__(_("This service level does not exist any more. Please choose another one."))


def move_promise(question_id: int, until: datetime, *, reason: str, by: Actor, now: datetime) -> None:
    """Promise another date; the customer is told and sees the old one beside it. The same date twice changes nothing.

    ReasonMissing without a reason; DateNotAhead, DateTooFar and ImpossibleHappening refuse.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction():
        question = locked_question(question_id)
        before = question.answer_due_at
        if before == until:
            return
        question.begun_at = question.begun_at or now
        advance_question(question, Happening.MOVED, at=now, by=by, reason=reason.strip(), until=until)
        _tell(question, before, now, reason=reason, always=True)


def change_level(question_id: int, level: str, *, reason: str, by: Actor, now: datetime) -> bool:
    """Another service level from now on; the customer is told when the date moves later. False when it was so.

    UnknownLevel and LevelReasonMissing refuse.
    """
    if level not in service_levels().levels:
        raise UnknownLevel
    if not reason.strip():
        raise LevelReasonMissing
    with transaction():
        question = locked_question(question_id)
        before = question.answer_due_at
        if question.level == level:
            return False
        question.level = level
        question.begun_at = question.begun_at or now
        advance_question(question, Happening.LEVEL_CHANGED, at=now, by=by, reason=reason.strip())
        _tell(question, before, now, reason=reason)
    return True


def _tell(question: Question, before: datetime | None, now: datetime, *, reason: str, always: bool = False) -> None:
    after = question.answer_due_at
    if after is not None and before is not None and (always or after > before):
        tell_moved(question, customer_of(question), before, reason=reason, now=now)
