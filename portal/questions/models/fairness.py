"""What the customer finds fair, and what became of it; at most two rounds, then a named person has decided."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class FairnessRound(Model):
    """One round of "What would be fair for you?": the customer's wish, our answer, and whether they agreed to it."""

    __tablename__ = "fairness_rounds"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opened_by: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    fair: Mapped[str] = mapped_column(Text, default="")
    just_enough: Mapped[str] = mapped_column(Text, default="")
    matters_most: Mapped[str] = mapped_column(Text, default="")
    wished_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(String(12), default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    answered_by: Mapped[str] = mapped_column(String(100), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    agreed_at: Mapped[datetime | None] = mapped_column(Moment)
