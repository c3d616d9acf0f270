"""Recurring duties: what they are, and the one row of each that lets several workers share them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model, Moment


@dataclass(frozen=True)
class Chore:
    """A duty that the worker does again and again, inside an application context, one worker at a time.

    `run(now)` does a piece of the work in its own transactions and says whether more is waiting; it must be harmless
    when it runs twice. `every` is the pause between two runs. `is_due(now)`, one cheap statement, is asked before
    every run, so that nothing is written while nothing is due. `trusts_clock` marks what removes or ends things by
    the time that has passed: it stands still while the clock of the machine has jumped (DR-14).
    """

    name: str
    run: Callable[[datetime], bool | None]
    every: timedelta
    is_due: Callable[[datetime], bool] | None = None
    trusts_clock: bool = False


class ChoreRun(Model):
    """When a duty is next done, and which worker is at it until when."""

    __tablename__ = "chore_runs"

    name: Mapped[str] = mapped_column(String(48), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(Moment)
    held_by: Mapped[str] = mapped_column(String(64), default="")
    held_until: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str] = mapped_column(String(200), default="")
