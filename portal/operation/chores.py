"""A backup every day, when there is a folder for it, old ones removed by the rotation; and what a planner must know."""

from datetime import datetime, timedelta

from portal.foundation.chores import Chore
from portal.foundation.database import db, end_reading, fold_log
from portal.foundation.sql.word_index import join_pieces
from portal.operation.backup import DAILY, make_verified, remove_old
from portal.operation.planning import measure_tables
from portal.operation.rules import BACKUP_EVERY
from portal.operation.saved import backup_folder, list_backups, made_at


def backup_is_due(now: datetime) -> bool:
    """Whether a folder is named and the newest backup in it is a day old."""
    folder = backup_folder()
    if folder is None:
        return False
    newest = [made_at(path) for path in list_backups(folder, DAILY)][-1:]
    return not newest or newest[0] is None or now - newest[0] >= BACKUP_EVERY


def back_up(now: datetime) -> None:
    """Make the backup of the day, read it again, then remove what the rotation does not keep."""
    folder = backup_folder()
    if folder is not None:
        make_verified(folder, now, why=DAILY)
        remove_old(folder)


def measure_tables_daily(_now: datetime) -> None:
    """Let SQLite plan for what the tables hold today and join its word tables; PostgreSQL does so by itself."""
    if db.engine.dialect.name == "sqlite":
        # What this worker read so far must not keep it waiting for itself.
        end_reading()
        measure_tables(db.engine)
        join_pieces()


def fold_log_in(_now: datetime) -> None:
    """What was removed goes out of SQLite's log, and the log stays small, also where nobody writes for days."""
    fold_log()


CHORES = (
    Chore("operation.measuring", measure_tables_daily, every=timedelta(hours=24)),
    Chore("operation.backup", back_up, every=timedelta(minutes=10), is_due=backup_is_due),
    Chore("operation.log", fold_log_in, every=timedelta(minutes=10)),
)
