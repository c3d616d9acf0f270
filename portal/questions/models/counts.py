"""How many questions the FAQ answered before they were sent; sums by day, no row names a person."""

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model


class AnswerOffer(Model):
    """How often an article was shown, opened, said to have answered, and sent past while somebody wrote, on a day."""

    __tablename__ = "answer_offers"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    article_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shown: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
