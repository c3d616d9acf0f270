"""Whether the portal is well: what `/readyz` and `/metrics` are made of (specs: DR-12, DR-15, OR-06)."""

import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.attachments.storage import STORAGE, has_roomy_disks
from portal.faq.library import KEEPER
from portal.faq.queries import library
from portal.foundation import clock
from portal.foundation.chores import ChoreRun
from portal.foundation.config import CONFIG
from portal.foundation.database import db, hurried, write_test
from portal.foundation.process.skew import CLOCK_COMPARISON
from portal.foundation.settings.mail_url import mailbox_name, read_mailbox_url
from portal.foundation.sql.schema import newest_revision, revision_of
from portal.foundation.sql.sqlite_settings import is_wal_safe
from portal.foundation.web.here import OnePerApp, app_here
from portal.inbox.queries import is_failing
from portal.notifications.models import Notification
from portal.operation.rules import BACKUP_OVERDUE, OUTBOX_OVERDUE, WORKER_SILENT, is_mail_head_safe
from portal.operation.saved import backup_folder, list_backups, made_at

# Balancers ask every few seconds, from several places; one answer in that time is enough for all of them.
_KEPT_SECONDS = 2.0
_UPLOADS_KEPT_SECONDS = 30.0
# What must hold for somebody to be served here. All else is a reason to look, not to send people away.
_NEEDED = ("database", "content")
# By the seconds of our clock.
BEGUN_AT = OnePerApp[float]("begun_at")
# Stopped in a moment: everybody is still answered, nobody else should be sent here.
IS_LEAVING = OnePerApp("is_leaving", bool)
# When it was tried last, and whether it could be done.
NEVER = float("-inf"), False
WRITE_TEST = OnePerApp("write_test", lambda: NEVER)
_UPLOADS_TEST = OnePerApp("uploads_test", lambda: NEVER)


@dataclass(frozen=True)
class Health:
    """What holds, by name, and what the operator should know, by name, in sentences."""

    checks: dict[str, bool]
    warnings: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Whether people can be served here."""
        return all(self.checks[name] for name in _NEEDED)

    @property
    def word(self) -> str:
        """All that the public is told."""
        return "ok" if all(self.checks.values()) else "degraded" if self.is_ready else "unavailable"


def health(now: datetime) -> Health:
    """How this process finds the portal."""
    can_write = _can_write(now)
    outbox = oldest_due(now) if can_write else None
    checks = {
        "database": can_write,
        "content": bool(library().generation),
        "index": KEEPER.here().searcher is not None,
        "schema": can_write and _has_our_schema(),
        "disk": has_roomy_disks(),
        "uploads": _can_reach_uploads(),
        "mails": outbox is None or outbox < OUTBOX_OVERDUE,
        "backup": _is_saved(now),
        "worker": not can_write or _is_worker_heard(now),
        "integrity": not can_write or _is_sound(),
        "mailbox": not can_write or _is_mailbox_read(now),
        "time": CLOCK_COMPARISON.here().is_right,
    }
    return Health(checks, dict(_warnings()))


def silent_for(now: datetime) -> timedelta | None:
    """How long ago a worker has finished a duty; None when none ever did."""
    try:
        with hurried():
            seen = db.session.scalar(select(func.max(ChoreRun.done_at)).where(ChoreRun.name != "write_test"))
    except SQLAlchemyError:
        return None
    return max(now - seen, timedelta()) if seen else None


def oldest_due(now: datetime) -> timedelta | None:
    """For how long the oldest mail is due that nobody has sent; None when none is."""
    waiting = (Notification.sent_at.is_(None), Notification.failed_at.is_(None), Notification.held_at.is_(None))
    try:
        with hurried():
            made = db.session.scalar(
                select(func.min(Notification.created_at)).where(*waiting, Notification.due_at <= now)
            )
    except SQLAlchemyError:
        return None
    return max(now - made, timedelta()) if made else None


def newest_backup(now: datetime) -> timedelta | None:
    """How old the newest backup is; None when no folder is named or there is none."""
    folder = backup_folder()
    made = [made_at(path) for path in list_backups(folder)] if folder else []
    return now - made[-1] if made and made[-1] else None


def free_disk() -> tuple[int, int]:
    """Bytes that are free and bytes there are, where PORTAL_DATA lies."""
    config = CONFIG.here()
    usage = shutil.disk_usage(config.data)
    return usage.free, usage.total


def _can_write(now: datetime) -> bool:
    """A row is written and something kept within a second, at most every two seconds."""
    tried, found = WRITE_TEST.here()
    if clock.seconds() - tried < _KEPT_SECONDS and found:
        return True
    try:
        write_test(ChoreRun, {"name": "write_test", "next_at": now, "held_by": "", "done_at": now, "problem": ""})
        found = True
    except (SQLAlchemyError, OSError):
        found = False
    WRITE_TEST.put(app_here(), (clock.seconds(), found))
    return found


def _can_reach_uploads() -> bool:
    """The place of files is there; a storage across the network is asked twice a minute."""
    tried, found = _UPLOADS_TEST.here()
    if clock.seconds() - tried < _UPLOADS_KEPT_SECONDS:
        return found
    return _UPLOADS_TEST.put(app_here(), (clock.seconds(), STORAGE.here().answers()))[1]


def _is_mailbox_read(now: datetime) -> bool:
    """Mails that lie in a mailbox and are not brought are people who wait and do not know it."""
    url = CONFIG.here().mailbox_url
    try:
        with hurried():
            return not url or not is_failing(mailbox_name(*read_mailbox_url(url)), now - OUTBOX_OVERDUE)
    except SQLAlchemyError:
        return True


def _has_our_schema() -> bool:
    """A newer one is served as well while machines are renewed one after the other; it is worth a look all the same."""
    try:
        with hurried():
            return revision_of(db.session.connection()) == newest_revision()
    except SQLAlchemyError:
        return False


def _is_worker_heard(now: datetime) -> bool:
    """Where no worker ever was, one is missed as soon as this process has waited for it for as long."""
    silent = silent_for(now)
    if silent is None:
        silent = timedelta(seconds=clock.seconds() - BEGUN_AT.here())
    return silent < WORKER_SILENT


def _is_sound() -> bool:
    """Whether the nightly look at everything found nothing (portal/integrity.py)."""
    try:
        with hurried():
            return not db.session.scalar(select(ChoreRun.problem).where(ChoreRun.name == "integrity"))
    except SQLAlchemyError:
        return True


def _is_saved(now: datetime) -> bool:
    age = newest_backup(now)
    return backup_folder() is None or (age is not None and age < BACKUP_OVERDUE)


def _warnings() -> Iterator[tuple[str, str]]:
    config = CONFIG.here()
    if db.engine.dialect.name == "sqlite" and not is_wal_safe(sqlite3.sqlite_version_info):
        mode = "WAL, because ALLOW_OLD_SQLITE_WAL=1" if config.allow_old_sqlite_wal else "DELETE, which is slower"
        sentence = f"SQLite {sqlite3.sqlite_version} has the WAL-reset fault; journal_mode is {mode}."
        yield ("risky_sqlite" if config.allow_old_sqlite_wal else "slow_sqlite"), sentence
    if not is_mail_head_safe(sys.version_info[:3]):
        yield (
            "old_python",
            f"Python {platform.python_version()} has a fault in heads of mails; ours are cleaned before.",
        )
    meaning = KEEPER.here().meaning
    if meaning is not None and meaning.problem:
        yield "no_meaning", f"SEARCH_BY_MEANING=1, but the search goes by words alone. {meaning.problem}"
    if backup_folder() is None:
        yield "no_backups", "BACKUP_FOLDER is empty: no backup is made by itself."
