"""What people tell after leaving, and sums of the two pages; nothing of it leads to a person or a contract (2.10)."""

from datetime import date

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model


class LeavingFeedback(Model):
    """One voluntary answer, to the day. Its key is random, so that no order leads to a declaration."""

    __tablename__ = "leaving_feedback"
    __table_args__ = (Index(None, "day"),)

    mark: Mapped[str] = mapped_column(String(22), primary_key=True)
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(16), default="")
    text: Mapped[str] = mapped_column(Text, default="")


class LeavingCount(Model):
    """How often something happened on a page on a day: `opened`, `sent`, `empty`, and how long it took (`took_60`)."""

    __tablename__ = "leaving_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    measure: Mapped[str] = mapped_column(String(16), primary_key=True)
    amount: Mapped[int] = mapped_column(default=0)
