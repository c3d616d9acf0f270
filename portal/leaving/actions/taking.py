"""Take what somebody declares on our pages, whatever else is broken: the database first, else a file (spec 2.5)."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from portal.foundation import clock
from portal.foundation.database import db, hurried
from portal.keys.rules import digest
from portal.leaving import spool
from portal.leaving.actions.declaring import declare
from portal.leaving.models import Declaration
from portal.leaving.rules.declarations import Arrival, Said

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """What became of a declaration: its row, or None while it waits in a file."""

    declaration: Declaration | None
    is_new: bool = True


def take(said: Said, arrival: Arrival, *, token: str) -> Taken:
    """The declaration is safe when this returns; OSError when neither database nor disk would take it."""
    token_digest = digest(token)
    try:
        with hurried():
            declared = declare(said, arrival, now=arrival.received_at, token_digest=token_digest)
        return Taken(declared.declaration, declared.is_new)
    except Exception as error:
        # Whatever it was, no fault of ours costs somebody the day of their declaration.
        log.error("alarm: a declaration could not be stored (%s) and waits in a file", _name(error))
        db.session.rollback()
    # Without a stamp nothing would tell a second try of the replay from a second declaration.
    spool.keep(said, replace(arrival, stamp=arrival.stamp or token_digest), token_digest)
    return Taken(None)


def replay(now: datetime | None = None) -> int:
    """Bring everything that waits in files into the database, with its original time; how many there were."""
    moved = 0
    for held in spool.waiting():
        declare(held.said, held.arrival, now=now or clock.now(), token_digest=held.token_digest)
        spool.remove(held)
        moved += 1
    if moved:
        log.warning("%s declarations that waited in files are in the database now", moved)
    return moved


def replay_waiting() -> None:
    """Bring what waits in files into the database, for the rounds of a process: nothing is done while nothing waits."""
    if spool.folder().is_dir() and any(spool.folder().glob("*.json")):
        replay()


def _name(error: Exception) -> str:
    return type(getattr(error, "orig", None) or error).__name__
