"""The table that gives out numbers: one row for each letter and year."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model


class NumberCounter(Model):
    """The last sequence given out; gap-free, because it changes in the transaction of what is numbered (DR-02)."""

    __tablename__ = "number_counters"

    letter: Mapped[str] = mapped_column(String(1), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)
