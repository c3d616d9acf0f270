"""Promises after changed service levels or opening hours: what would become of them, and making it so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from portal.foundation.database import db, transaction
from portal.journal.rules import SYSTEM
from portal.questions.actions.promises import advance_question, standing_of
from portal.questions.models import PromiseEntry, Question
from portal.questions.notices.thread import tell_moved
from portal.questions.queries import customer_of, desk_hours, locked_question, running_promise, service_levels
from portal.questions.rules import Status
from portal.service_levels.promises import Happening
from portal.service_levels.rules import advance

_BATCH = 500


@dataclass(frozen=True)
class Recomputed:
    """A running promise that would be another one: the date until now, and the date by today's levels and hours."""

    question_id: int
    number: str
    level: str
    before: datetime
    after: datetime

    @property
    def is_later(self) -> bool:
        """Whether the customer would wait longer, and is told."""
        return self.after > self.before


def recomputed(now: datetime) -> Iterator[Recomputed]:
    """Every running promise that changed levels or hours would change, in the order of the questions; reads only."""
    last = 0
    while True:
        rows = db.session.execute(_running_after(last)).all()
        for question, running in rows:
            found = _recomputed(question, running, now)
            if found is not None:
                yield found
        if len(rows) < _BATCH:
            return
        last = rows[-1][0].id


def recompute(question_id: int, *, reason: str, now: datetime) -> bool:
    """Make it so for one question; the customer is told when the date moves later. False when nothing changes now."""
    with transaction():
        question = locked_question(question_id)
        running = running_promise(question_id)
        found = _recomputed(question, running, now) if running is not None else None
        if found is None:
            return False
        level = service_levels().level(question.level).slug
        happening = Happening.HOURS_CHANGED if level == question.level else Happening.LEVEL_CHANGED
        question.level = level
        advance_question(question, happening, at=now, by=SYSTEM, reason=reason)
        if found.is_later:
            tell_moved(question, customer_of(question), found.before, reason=reason, now=now)
    return True


def _running_after(last: int) -> Any:
    is_running = and_(PromiseEntry.question_id == Question.id, PromiseEntry.ended_at.is_(None))
    rows = select(Question, PromiseEntry).join(PromiseEntry, is_running)
    return rows.where(Question.id > last, Question.status == Status.OPEN).order_by(Question.id).limit(_BATCH)


def _recomputed(question: Question, running: PromiseEntry, now: datetime) -> Recomputed | None:
    level, hours = service_levels().level(question.level), desk_hours(question.language)
    happening = Happening.HOURS_CHANGED if level.slug == question.level else Happening.LEVEL_CHANGED
    step = advance(standing_of(question, running), happening, at=now, level=level, hours=hours)
    promise = step.standing.promise
    if promise is None or (step.ended is None and step.standing.solution_due_at == question.solution_due_at):
        return None
    return Recomputed(question.id, question.number, level.slug, running.due_at, promise.due_at)
