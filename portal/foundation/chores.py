"""Recurring duties: what they are, and the one row of each that lets several workers share them."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, String, and_, or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation import clock
from portal.foundation.database import Model, db, insert_once, transaction
from portal.foundation.moments import Moment

log = logging.getLogger(__name__)

# A worker that died at a duty is replaced after that time; one that is still at it says so three times meanwhile.
HELD_FOR = timedelta(seconds=30)
RENEW_SECONDS = HELD_FOR.total_seconds() / 3


@dataclass(frozen=True)
class Chore:
    """A duty that the worker does again and again, inside an application context, one worker at a time.

    `run(now)` does a piece of the work in its own transactions and says whether more is waiting; it must be harmless
    when it runs twice. `every` is the pause between two runs. `is_due(now)`, one cheap statement, is asked before
    every run, so that nothing is written while nothing is due. `trusts_clock` marks what removes or ends things by
    the time that has passed: it stands still while the clock of the machine has jumped (DR-14). `is_errand` marks what
    waits for another machine: it has a thread of its own, so that nothing else waits with it.
    """

    name: str
    run: Callable[[datetime], object]
    every: timedelta
    is_due: Callable[[datetime], bool] | None = None
    trusts_clock: bool = False
    is_errand: bool = False


class ChoreRun(Model):
    """When a duty is next done, and which worker is at it until when."""

    __tablename__ = "chore_runs"

    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(Moment)
    held_by: Mapped[str] = mapped_column(String(64), default="")
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str] = mapped_column(String(200), default="")


def done_one_by_one(ids: Sequence[int], act: Callable[[int], object], said: str) -> int:
    """Do it for each; how many were done. `said` names one for the log, such as "closing".

    Each is done in transactions of its own, so that the others need not wait for one that cannot be done; that one is
    tried again with the next round.
    """
    done = 0
    for each in ids:
        try:
            act(each)
            done += 1
        except Exception:
            db.session.rollback()
            log.exception("%s %s could not be done", said, each)
    return done


def take(chore: Chore, worker: str, now: datetime) -> bool:
    """Begin a duty, unless it is not yet time or another worker is at it; whoever dies at it is replaced soon."""
    ours = {"held_by": worker, "held_until": now + HELD_FOR}
    # A time further away than the pause comes from a clock that was wrong.
    is_time = or_(ChoreRun.next_at <= now, ChoreRun.next_at > now + chore.every)
    is_free = or_(ChoreRun.held_until.is_(None), ChoreRun.held_until <= now, ChoreRun.held_until > now + HELD_FOR)
    with transaction():
        if _change(chore.name, and_(is_time, is_free), **ours):
            return True
        first = insert_once(ChoreRun, {"name": chore.name, "next_at": now, "problem": "", **ours})
        return int(db.session.execute(first).rowcount) == 1  # type: ignore[attr-defined]


@contextmanager
def held(chore: Chore, worker: str, app: Flask, *, every: float = RENEW_SECONDS) -> Iterator[None]:
    """While the block runs, say every so many seconds that the worker is still at the duty, however long it takes."""
    is_over = Event()
    heart = Thread(target=_go_on, args=(chore.name, worker, app, is_over, every), name="heart", daemon=True)
    heart.start()
    try:
        yield
    finally:
        is_over.set()
        # Afterwards nothing may hold what is ended.
        heart.join()


def _go_on(name: str, worker: str, app: Flask, is_over: Event, every: float) -> None:
    while not is_over.wait(every):
        try:
            with app.app_context(), transaction():
                is_ours = _change(name, ChoreRun.held_by == worker, held_until=clock.now() + HELD_FOR)
        except SQLAlchemyError as error:
            log.warning("the duty %s could not be held on to: %s", name, type(error).__name__)
            continue
        if not is_ours:
            log.error("alarm: another worker has begun the duty %s meanwhile", name)
            return


def finish(chore: Chore, worker: str, now: datetime, *, has_more: bool, problem: str = "") -> None:
    """End a duty: it is due again after its pause, or at once when more is waiting."""
    next_at = now if has_more else now + chore.every
    done = {"next_at": next_at, "held_until": None, "done_at": now, "problem": problem[:200]}
    with transaction():
        _change(chore.name, ChoreRun.held_by == worker, **done)


def _change(name: str, condition: ColumnElement[bool], **values: Any) -> bool:
    statement = (
        update(ChoreRun)
        .where(ChoreRun.name == name, condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(statement).rowcount) == 1  # type: ignore[attr-defined]
