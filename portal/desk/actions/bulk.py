"""One change to many cases: each is a change of its own, so that one that is refused stops none of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.desk.actions.assigning import assign_case
from portal.desk.actions.tags import add_tag
from portal.foundation.errors import PortalError
from portal.journal.rules import Actor
from portal.questions.actions.closing import close_question
from portal.questions.actions.moving import change_level


@dataclass(frozen=True)
class Outcome:
    """How many cases were changed, and why the first of the others was not."""

    changed: int
    refused: int
    reason: str


def assign_all(ids: Sequence[int], user_id: int | None, *, by: Actor, now: datetime) -> Outcome:
    """Somebody is responsible for all of these, by the rules of handing over; None gives them back to everybody."""
    return _each(ids, lambda question_id: assign_case(question_id, user_id, by=by, now=now))


def tag_all(ids: Sequence[int], tag: str, *, by: Actor, now: datetime) -> Outcome:
    """Put a tag on all of these."""
    return _each(ids, lambda question_id: add_tag(question_id, tag, by=by, now=now))


def change_all(ids: Sequence[int], level: str, reason: str, *, by: Actor, now: datetime) -> Outcome:
    """Another service level for all of these, with one reason."""
    return _each(ids, lambda question_id: change_level(question_id, level, reason=reason, by=by, now=now))


def close_all(ids: Sequence[int], reason: str, *, by: Actor, now: datetime) -> Outcome:
    """Close all of these; each customer is told."""
    return _each(ids, lambda question_id: close_question(question_id, by=by, now=now, reason=reason))


def _each(ids: Sequence[int], act: Callable[[int], None]) -> Outcome:
    reasons = []
    for question_id in ids:
        try:
            act(question_id)
        except PortalError as error:
            reasons.append(str(error))
    return Outcome(len(ids) - len(reasons), len(reasons), reasons[0] if reasons else "")
