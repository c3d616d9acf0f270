"""What the worker does for the post office besides sending: reads what comes back."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from portal.foundation.chores import Chore
from portal.foundation.config import CONFIG
from portal.notifications.bounces import new_in, put_aside, read_bounce, read_new
from portal.notifications.outbox import mark_returned

log = logging.getLogger(__name__)
_PIECE = 50


def has_returned(_now: datetime) -> bool:
    """Whether something new lies in the Maildir of `BOUNCES`."""
    folder = _folder()
    return folder is not None and bool(new_in(folder, 1))


def read_returned(now: datetime) -> bool:
    """Read what lies there; a mail that is no report is put aside like every other. Whether more is waiting."""
    folder = _folder()
    found = new_in(folder, _PIECE) if folder else []
    for path in found:
        raw = read_new(path)
        if raw is not None:
            take_in(raw, now)
        put_aside(path)
    return len(found) == _PIECE


def take_in(raw: bytes, now: datetime) -> bool:
    """One mail that came back; whether it says that a mail of ours did not arrive, and nobody knew."""
    bounce = read_bounce(raw)
    returned = mark_returned(bounce.message_id, bounce.detail, now=now) if bounce else None
    if returned is not None:
        log.error("mail %s came back: %s", returned, bounce.detail if bounce else "")
    return returned is not None


def _folder() -> Path | None:
    return CONFIG.here().bounces


CHORES = (Chore("notifications.returned", read_returned, every=timedelta(seconds=30), is_due=has_returned),)
