"""Bring a database to the schema of this code: one at a time, after a backup, and all or nothing (specs: DR-10)."""

import fcntl
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text

from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.sql.schema import known_revisions, newest_revision, revision_of
from portal.operation.backup import Backup, make_verified
from portal.operation.migrating import migrate
from portal.operation.rows import is_unused

log = logging.getLogger(__name__)

# Any number, as long as it is always the same one: "PORT" in ASCII.
_LOCK = 0x504F5254
_PATIENCE_SECONDS = 600.0


class ForeignSchema(Exception):
    """A newer version has set up this database."""


class StillLocked(Exception):
    """Somebody else is migrating for more than ten minutes."""


def bring_up_to_date(backups: Path, now: datetime) -> Backup | None:
    """Migrate the portal's database; the backup that was made before, None when there was nothing to save.

    ForeignSchema, StillLocked, or the error of a failing step, which leaves the old schema.
    """
    with alone(db.engine):
        with db.engine.connect() as connection:
            found = revision_of(connection)
            holds_something = found is not None and not is_unused(connection)
        if found == newest_revision():
            return None
        if found is not None and found not in known_revisions():
            raise ForeignSchema(found)
        made = make_verified(backups, now, why="upgrade") if holds_something else None
        migrate(db.engine)
    return made


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Nobody else migrates this database meanwhile, from whichever machine."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _wait(lambda: bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK})))
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
    elif engine.url.database:
        with Path(engine.url.database + "-migrating").open("ab") as file:
            _wait(lambda: _is_locked(file.fileno()))
            yield
    else:
        yield


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _wait(is_ours: Callable[[], bool]) -> None:
    end = clock.seconds() + _PATIENCE_SECONDS
    while not is_ours():
        if clock.seconds() > end:
            raise StillLocked
        time.sleep(0.2)
