"""Write down what happened; always inside the transaction of what happened."""

from datetime import datetime
from typing import Any

from portal.foundation.database import db, make_row
from portal.journal.models import AuditEntry, Event
from portal.journal.rules import Actor


def record(verb: str, subject_type: str, subject_id: int, *, by: Actor, at: datetime, **details: Any) -> None:
    """Add one entry to a thing's history; `details` are plain JSON values."""
    values = {
        "at": at,
        "verb": verb,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "actor_kind": by.kind.value,
        "actor_id": by.id,
        "actor_name": by.name,
        "details": details,
    }
    make_row(Event, values)


def audit(
    verb: str,
    *,
    at: datetime,
    user_id: int | None = None,
    actor_id: int | None = None,
    network: str = "",
    **details: Any,
) -> None:
    """Add one entry to the audit; `network` is a shortened address, never a whole one."""
    db.session.add(AuditEntry(at=at, verb=verb, user_id=user_id, actor_id=actor_id, network=network, details=details))
