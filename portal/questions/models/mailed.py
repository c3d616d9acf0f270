"""What only messages have that came by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Model
from portal.foundation.moments import Moment


class MailedMessage(Model):
    """The older mail that was quoted below a message, what was not taken of it, and whether its sender was proven.

    `notes` has name and reason of each part that was not taken; `arrived_at` is when our mail server had the mail.
    """

    __tablename__ = "mailed_messages"

    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    quoted: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    is_proven: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[datetime] = mapped_column(Moment)
