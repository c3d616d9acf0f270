"""From a backup back to a running portal, on an empty database; and what is different afterwards (specs: DR-11)."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, insert, select, update

from portal.accounts.models import Session
from portal.attachments.storage import STORAGE
from portal.foundation.chores import ChoreRun
from portal.foundation.config import CONFIG
from portal.foundation.database import db, open_database
from portal.foundation.sql.schema import known_revisions
from portal.journal.models import AuditEntry
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.leaving import spool
from portal.leaving.models import HookMessage
from portal.notifications.models import Notification
from portal.notifications.problems import Own
from portal.numbers.models import NumberCounter
from portal.operation.backup import DATABASE, FILES, KEYS, SPOOL, Backup, faults_of
from portal.operation.checksums import written
from portal.operation.migrating import migrate
from portal.operation.planning import measure_tables
from portal.operation.rows import Sum, copy_rows, is_unused, sums, unguarded
from portal.operation.rules import NUMBERS_SKIPPED

FROZEN = Own.RESTORED.value
# Links that lead to a question stay; what lets somebody in once does not.
_SINGLE_USE = (
    Purpose.CONFIRM_ADDRESS,
    Purpose.CHANGE_ADDRESS,
    Purpose.SIGN_IN,
    Purpose.RESET_PASSWORD,
    Purpose.INVITE,
)


class RestoreRefused(Exception):
    """Nothing was changed; the sentence says what to do."""


@dataclass(frozen=True)
class Restored:
    """What was brought back and what was done to it."""

    rows: int
    files: int
    frozen: int
    sessions: int
    keys: int


def restore(backup: Backup, now: datetime, *, skip: int = NUMBERS_SKIPPED) -> Restored:
    """Fill this portal, which must be unused, with everything of a backup; RestoreRefused before anything changes.

    Mails and messages to billing that were not sent yet are kept back, because they may have been sent since. Nobody is
    signed in, no single-use link works, and the next numbers are so far on that none is given out twice. The rows come
    last and all at once, changed already: whatever breaks off before, the portal is unused and it can be done again.
    """
    if faults := list(faults_of(backup)):
        raise RestoreRefused(f"The backup is damaged: {'; '.join(faults[:5])}.")
    if (schema := backup.manifest["schema"]) not in known_revisions():
        raise RestoreRefused(f"A newer version has made the backup (schema {schema}): restore it with that one.")
    copy = _copy_of(backup)
    source = open_database(f"sqlite:///{copy}")
    try:
        migrate(source)
        migrate(db.engine)
        _refuse_used(db.engine)
        frozen, sessions, keys = _start_anew(source, backup, now, skip)
        files = _restore_files(backup)
        _restore_keys(backup)
        _restore_spool(backup)
        done = move_into(source, db.engine)
    finally:
        source.dispose()
        copy.unlink(missing_ok=True)
    return Restored(sum(each.rows for each in done.values()), files, frozen, sessions, keys)


def move_into(source: Engine, target: Engine) -> dict[str, Sum]:
    """Fill an unused, migrated database and prove that it holds the same; what it holds. RestoreRefused otherwise."""
    _refuse_used(target)
    # Whoever writes in the source waits until all of it is copied and summed up.
    with source.connect().execution_options(writes=True) as connection, connection.begin():
        copy_rows(connection, target)
        before = sums(connection)
    measure_tables(target)
    with target.connect() as connection:
        after = sums(connection)
    if different := [name for name, each in before.items() if after[name] != each]:
        raise RestoreRefused(f"The copy is not equal in {', '.join(different)}; do not use it.")
    return after


def _refuse_used(target: Engine) -> None:
    with target.connect() as connection:
        if not is_unused(connection):
            raise RestoreRefused("There are people or questions already: name an empty database, nothing was changed.")


def _copy_of(backup: Backup) -> Path:
    config = CONFIG.here()
    config.data.mkdir(parents=True, exist_ok=True)
    copy = config.data / "restoring.sqlite"
    shutil.copyfile(backup.folder / DATABASE, copy)
    copy.chmod(0o600)
    return copy


def _restore_files(backup: Backup) -> int:
    names = [name for name in backup.manifest["files"] if name.startswith(f"{FILES}/")]
    for name in names:
        with (backup.folder / name).open("rb") as file:
            STORAGE.here().bring_back(name.removeprefix(f"{FILES}/").replace("/", ""), file)
    return len(names)


def _restore_keys(backup: Backup) -> None:
    """The keys take the place of those that the first start of the new portal has made."""
    config = CONFIG.here()
    for name in backup.manifest["files"]:
        if name.startswith(f"{KEYS}/"):
            path = config.data / Path(name).name
            aside = path.with_suffix(".restored")
            aside.unlink(missing_ok=True)
            written(aside, (backup.folder / name).read_bytes())
            aside.replace(path)


def _restore_spool(backup: Backup) -> None:
    """What waited in files waits again; the first process that starts takes it, and what was taken already is known."""
    for name in backup.manifest["files"]:
        if name.startswith(f"{SPOOL}/"):
            target = spool.folder() / Path(name).name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            written(target, (backup.folder / name).read_bytes())


def _start_anew(engine: Engine, backup: Backup, now: datetime, skip: int) -> tuple[int, int, int]:
    """One transaction; how many mails were kept back, sessions ended and keys revoked."""
    with unguarded(engine) as connection:
        waiting = (Notification.sent_at.is_(None), Notification.failed_at.is_(None))
        held = {"held_at": now, "due_at": None, "claimed_at": None, "claimed_by": "", "problem": FROZEN}
        frozen = connection.execute(update(Notification).where(*waiting).values(**held)).rowcount
        due = update(HookMessage).where(HookMessage.due_at.is_not(None))
        connection.execute(due.values(due_at=None, failed_at=now, problem=FROZEN))
        sessions = connection.execute(update(Session).where(Session.ended_at.is_(None)).values(ended_at=now)).rowcount
        single = (
            Key.used_at.is_(None),
            Key.revoked_at.is_(None),
            Key.purpose.in_([each.value for each in _SINGLE_USE]),
        )
        keys = connection.execute(update(Key).where(*single).values(revoked_at=now)).rowcount
        connection.execute(update(NumberCounter).values(last=NumberCounter.last + skip))
        counters = connection.execute(select(NumberCounter.letter, NumberCounter.year)).all()
        connection.execute(update(ChoreRun).values(held_by="", held_until=None))
        # `flask check` knows by it how many numbers of which year are missing for a reason.
        numbers = [f"{letter}{year:02d}-" for letter, year in counters]
        details = {"made_at": backup.manifest["made_at"], "skipped": skip, "numbers": numbers, "frozen": frozen}
        entry = {"at": now, "verb": "data.restored", "network": "", "details": details}
        connection.execute(insert(AuditEntry).values(**entry))
    return frozen, sessions, keys
