"""Which backups stay, and when a disk, a backup or the outbox is a reason to worry (specs: DR-11, DR-15, OR-06)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

# As in pyproject.toml and CHANGELOG.md; a test holds all three together.
VERSION = "0.1.0"
DAYS_KEPT, WEEKS_KEPT = 14, 8
# A day, and a quarter for a worker that was busy: after that a backup is missing.
BACKUP_OVERDUE = timedelta(hours=30)
BACKUP_EVERY = timedelta(hours=24)
OUTBOX_OVERDUE = timedelta(minutes=15)
WORKER_SILENT = timedelta(minutes=5)
# OR-06: of all answers of five minutes so many, and so large a share, were errors of ours.
ERRORS_SPAN, ERRORS_LEAST, ERRORS_SHARE = timedelta(minutes=5), 10, 0.05
# OR-06: wrong passwords and codes of all people together; a busy morning has some dozens.
STORM_SPAN, STORM_LEAST = timedelta(minutes=5), 100
ALARM_AGAIN = timedelta(minutes=15)
# Numbers that were given out after the backup are in the hands of people: none of them is given a second time.
NUMBERS_SKIPPED = 1000
# OR-04: Python's package for mail no longer lets a line end into a head (CVE-2026-1299).
_MAIL_HEAD_SAFE_FROM = (3, 14, 3)
_MAIL_HEAD_SAFE_BACKPORTS = ((3, 13, 12), (3, 12, 13), (3, 11, 15))


def kept(made: Iterable[datetime]) -> set[datetime]:
    """Of all backups (aware UTC times) those that stay: the newest of each of 14 days and of each of 8 weeks."""
    moments = sorted(made)
    days = {moment.date(): moment for moment in moments}
    weeks = {moment.isocalendar()[:2]: moment for moment in moments}
    return {*sorted(days.values())[-DAYS_KEPT:], *sorted(weeks.values())[-WEEKS_KEPT:]}


def is_mail_head_safe(version: tuple[int, int, int]) -> bool:
    """Whether this Python is free of the fault; else only our own cleaning of heads stands guard (SR-40)."""
    return version >= _MAIL_HEAD_SAFE_FROM or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in _MAIL_HEAD_SAFE_BACKPORTS
    )


def is_error_rate_high(answers: int, errors: int) -> bool:
    """Whether so many answers of the last minutes were errors that somebody should look."""
    return errors >= ERRORS_LEAST and errors >= ERRORS_SHARE * answers
