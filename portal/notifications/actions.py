"""Put what is to be sent into the outbox, inside the transaction of what it announces."""

from datetime import datetime
from typing import Any

from portal.foundation.database import db, insert_once
from portal.notifications.models import Notification, StaffNotice
from portal.notifications.rules import new_message_id


def notify(
    kind: str,
    *,
    to: str,
    language: str,
    about: tuple[str, int],
    stamp: str,
    payload: dict[str, Any],
    now: datetime,
    is_confirmed: bool,
    thread: str = "",
) -> None:
    """One mail to one address; the same stamp twice makes one row.

    `about` is the thing it is about, such as `("question", 12)`; `payload` holds plain JSON values for the template
    `mails/<kind>`. Without `is_confirmed` the payload must hold nothing that a visitor typed (SR-41). `thread` is the
    first Message-ID of the conversation, for `References`.
    """
    values = {
        "kind": kind,
        "stamp": f"{kind}:{stamp}",
        "recipient": to,
        "is_confirmed": is_confirmed,
        "language": language,
        "subject_type": about[0],
        "subject_id": about[1],
        "payload": payload,
        "message_id": new_message_id(),
        "thread": thread,
        "created_at": now,
        "due_at": now,
        "claimed_by": "",
        "tries": 0,
        "problem": "",
    }
    db.session.execute(insert_once(Notification, values))


def tell_staff(
    kind: str,
    *,
    about: tuple[str, int],
    stamp: str,
    payload: dict[str, Any],
    now: datetime,
    user_id: int | None = None,
    role: str = "",
) -> None:
    """One notice for a member of staff, for everybody of a role, or (with neither) for the whole desk."""
    values = {
        "kind": kind,
        "stamp": f"{kind}:{stamp}",
        "user_id": user_id,
        "role": role,
        "subject_type": about[0],
        "subject_id": about[1],
        "payload": payload,
        "created_at": now,
    }
    db.session.execute(insert_once(StaffNotice, values))
