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
    """How many cases were changed, how many already were so, and how many could not be changed."""

    changed: int
    same: int = 0
    refused: int = 0


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


def _each(ids: Sequence[int], act: Callable[[int], bool]) -> Outcome:
    changed = refused = 0
    for question_id in ids:
        try:
            changed += act(question_id)
        except PortalError:
            refused += 1
    return Outcome(changed, len(ids) - changed - refused, refused)
