"""What would be fair: staff ask or the customer says so, staff answer, after two rounds a named person has decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _

from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import record
from portal.journal.rules import Actor
from portal.questions.access import OpenQuestion
from portal.questions.actions.people import for_change
from portal.questions.actions.promises import advance_question
from portal.questions.models import FairnessRound, Question
from portal.questions.notices.fairness import invite_wish, tell_desk_wished, tell_fairness_answered
from portal.questions.queries import customer_of, fairness_of, locked_question, rating_of, rounds_of
from portal.questions.rules import (
    MOST_ROUNDS,
    Author,
    ClosedBy,
    Face,
    FairAnswer,
    can_reply,
    next_wish,
)
from portal.service_levels.promises import Happening


@dataclass(frozen=True)
class Wish:
    """What the customer finds fair, what would just be enough, and what matters most."""

    fair: str
    just_enough: str
    matters_most: str


@dataclass(frozen=True)
class Verdict:
    """What staff say to a wish; the amount is in the company's currency, None for none."""

    answer: FairAnswer
    explanation: str
    amount: Decimal | None


class NoRound(PortalError):
    """There is nothing to say or to answer now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This cannot be changed any more. Please read what stands here now."))


def wish_turn(question: Question, rounds: Sequence[FairnessRound], *, has_reason: bool, now: datetime) -> int | None:
    """Which round the customer may fill in now, None for none; `has_reason`: a missed promise or a bad judgement."""
    is_over = question.closed_by in (ClosedBy.MERGE, ClosedBy.SPAM)
    if is_over or not can_reply(question.status, question.reopen_until, now):
        return None
    last = rounds[-1] if rounds else None
    return next_wish(
        len(rounds),
        is_wished=last is not None and last.wished_at is not None,
        is_answered=last is not None and last.answered_at is not None,
        is_settled=last is not None and is_settled(last),
        may_begin=has_reason,
    )


def is_settled(last: FairnessRound) -> bool:
    """Whether nothing is left to be said: accepted, decided, or agreed to."""
    return last.answer in (FairAnswer.ACCEPTED, FairAnswer.DECIDED) or last.agreed_at is not None


def has_reason(question_id: int) -> bool:
    """Whether the customer may begin: a promise was missed, or the judgement is bad."""
    rating = rating_of(question_id)
    return (rating is not None and rating.face == Face.BAD) or fairness_of(question_id)[1]


def open_round(question_id: int, *, by: Actor, now: datetime) -> None:
    """Staff ask the customer what would be fair; nothing changes when a round is there."""
    with transaction():
        question = locked_question(question_id)
        if rounds_of(question_id) or question.closed_by in (ClosedBy.MERGE, ClosedBy.SPAM):
            return
        db.session.add(_round(question_id, 1, Author.STAFF, now))
        question.version += 1
        record("fairness.opened", "question", question_id, by=by, at=now)
        invite_wish(question, customer_of(question), now=now)


def make_wish(opened: OpenQuestion, wish: Wish, *, now: datetime) -> None:
    """The customer says what would be fair; our turn begins with a promise. The same once more changes nothing.

    NoRound when there is nothing to be said now.
    """
    with transaction():
        question = for_change(opened, now=now)
        rounds = rounds_of(question.id)
        if rounds and _said(rounds[-1]) == wish:
            return
        turn = wish_turn(question, rounds, has_reason=has_reason(question.id), now=now)
        if turn is None:
            raise NoRound
        row = rounds[turn - 1] if turn <= len(rounds) else _round(question.id, turn, Author.CUSTOMER, now)
        db.session.add(row)
        row.fair, row.just_enough, row.matters_most, row.wished_at = (*_parts(wish), now)
        question.last_customer_message_at = now
        happening = Happening.REOPENED if question.is_closed else Happening.REPLIED
        advance_question(question, happening, at=now, by=opened.actor)
        record("fairness.wished", "question", question.id, by=opened.actor, at=now, turn=turn)
        tell_desk_wished(question, turn, now=now)


def agree(opened: OpenQuestion, *, now: datetime) -> None:
    """The customer agrees to what staff proposed; twice changes nothing. NoRound when nothing was proposed."""
    with transaction():
        question = for_change(opened, now=now)
        rounds = rounds_of(question.id)
        last = rounds[-1] if rounds else None
        if last is None or last.answer not in (FairAnswer.COUNTERED, FairAnswer.EXPLAINED):
            raise NoRound
        if last.agreed_at is None:
            last.agreed_at = now
            question.version += 1
            record("fairness.agreed", "question", question.id, by=opened.actor, at=now, turn=last.turn)


def answer_wish(question_id: int, verdict: Verdict, *, by: Actor, now: datetime) -> None:
    """Staff answer the last wish; it counts as an answer. After the second one only accepting or deciding is left.

    NoRound when there is no wish without an answer, or when the answer does not belong to this round.
    """
    with transaction():
        question = locked_question(question_id)
        rounds = rounds_of(question_id)
        last = rounds[-1] if rounds else None
        if last is None or last.wished_at is None or last.answered_at is not None:
            raise NoRound
        if (last.turn == MOST_ROUNDS) != (verdict.answer is FairAnswer.DECIDED) and (
            verdict.answer is not FairAnswer.ACCEPTED
        ):
            raise NoRound
        last.answer, last.explanation, last.amount = verdict.answer.value, verdict.explanation, verdict.amount
        last.answered_by, last.answered_at = by.name, now
        question.last_message_at = now
        question.assignee_id = question.assignee_id or by.id
        advance_question(question, Happening.ANSWERED, at=now, by=by)
        amount = str(verdict.amount) if verdict.amount is not None else ""
        record("fairness.answered", "question", question_id, by=by, at=now, answer=verdict.answer.value, amount=amount)
        can_wish = not is_settled(last) and last.turn < MOST_ROUNDS
        tell_fairness_answered(question, customer_of(question), can_wish=can_wish, now=now)


def _round(question_id: int, turn: int, opened_by: Author, now: datetime) -> FairnessRound:
    empty = dict.fromkeys(("fair", "just_enough", "matters_most", "answer", "explanation", "answered_by"), "")
    return FairnessRound(question_id=question_id, turn=turn, opened_by=opened_by.value, opened_at=now, **empty)


def _said(row: FairnessRound) -> Wish | None:
    return Wish(row.fair, row.just_enough, row.matters_most) if row.wished_at and not row.answered_at else None


def _parts(wish: Wish) -> tuple[str, str, str]:
    return wish.fair, wish.just_enough, wish.matters_most
