"""What belongs to a message that came by mail, written down with the message itself."""

from dataclasses import dataclass
from datetime import datetime

from portal.foundation.database import make_row
from portal.questions.models import MailedMessage


@dataclass(frozen=True)
class Mailed:
    """Where a message comes from: the mail that it quotes, what was not taken, whether its sender was proven, when.

    `notes` are names with reasons, as `portal/questions/thread/mailed.py` has them in words.
    """

    arrived_at: datetime
    quoted: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    is_proven: bool = False


def note_mailed(message_id: int, mailed: Mailed | None) -> None:
    """Write it down inside the caller's transaction; nothing for a message that came another way."""
    if mailed is None:
        return
    values = {
        "message_id": message_id,
        "quoted": mailed.quoted,
        "notes": [{"name": name, "reason": reason} for name, reason in mailed.notes],
        "is_proven": mailed.is_proven,
        "arrived_at": mailed.arrived_at,
    }
    make_row(MailedMessage, values)
