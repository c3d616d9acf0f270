"""Sums by day, so that a report reads some thousand rows instead of a million questions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class ReportDay(Model):
    """What belongs to one day of the company's zone, one topic and one level.

    Questions count on the day they were asked: how many, how many have an answer, `times` until it (rounded minutes:
    amount), judgements. Promises count on the day they were due: `worst` are the five that were missed by most, as
    [minutes late, number of the question].
    """

    __tablename__ = "report_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)
    level: Mapped[str] = mapped_column(String(32), primary_key=True)
    asked: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    solved: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    fair: Mapped[int] = mapped_column(default=0)
    bad: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    times: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    worst: Mapped[list[Any]] = mapped_column(JSON, default=list)


class ReportPerson(Model):
    """How many answers somebody wrote on a day."""

    __tablename__ = "report_people"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)


class ReportCount(Model):
    """Which days were counted, and when."""

    __tablename__ = "report_counts"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Moment)
