"""What may be done again is done again, when the database was busy or the connection to it broke (specs: DR-04, DR-08).

A connection that breaks while COMMIT is under way leaves open whether it was kept. Verbs that a form's stamp makes
once find out by doing it again: they meet their own stamp and give what it gave.
"""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from portal.foundation import clock
from portal.foundation.database import db

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

# Before the second and the third try. A restart of PostgreSQL takes about a second.
_PAUSES = (0.2, 1.0)
# Whoever has waited that long is told so, instead of holding a thread that others need.
_PATIENCE_SECONDS = 8.0
# Somebody held a row for too long, a deadlock, two that cannot both be right.
_BUSY = ("55P03", "40P01", "40001")
# Told to stop, crashed, still starting; class 08 is about connections.
_BROKEN = ("57P01", "57P02", "57P03")


def repeatable(verb: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let a verb that gives the same when it is done twice be tried at most three times, for at most eight seconds."""

    @wraps(verb)
    def tried(*given: Given.args, **named: Given.kwargs) -> Answer:
        begun = clock.seconds()
        for pause in _PAUSES:
            try:
                return verb(*given, **named)
            except DBAPIError as error:
                if not may_pass(error) or clock.seconds() - begun > _PATIENCE_SECONDS:
                    raise
                log.warning("%s is tried again: %s", verb.__name__, type(error.orig).__name__)
            db.session.rollback()
            time.sleep(pause)
        return verb(*given, **named)

    return tried


def may_pass(error: DBAPIError) -> bool:
    """Whether the same may work a moment later."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state:
        return state in (*_BUSY, *_BROKEN) or state.startswith("08")
    return error.connection_invalidated or "locked" in str(error.orig) or "connect" in str(error.orig).lower()
