"""What the worker does for those who left: erase closed accounts, the last mail, and what a database keeps of rows."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from portal.attachments.discarding import remove_discarded
from portal.departure.actions.erasing import erase_closed
from portal.departure.notices import LAST_MAIL
from portal.departure.queries import due_closings
from portal.departure.rules import LAST_MAIL as LAST_MAIL_STAYS
from portal.foundation.chores import Chore, ChoreRun
from portal.foundation.database import db, transaction
from portal.foundation.sweeping import sweep
from portal.journal.models import AuditEntry
from portal.notifications.models import Notification

log = logging.getLogger(__name__)

_BATCH = 20
_SWEEP = "departure.sweep"


def erase_closed_accounts(now: datetime) -> bool:
    """Erase accounts whose time of undo is over; True when more are waiting."""
    ids, done = due_closings(now, _BATCH), 0
    for each in ids:
        try:
            erase_closed(each, now=now)
            done += 1
        except Exception:
            # The others must not wait for one that cannot be erased; it is tried again with the next round.
            log.exception("closing %s could not be erased", each)
    remove_discarded(now)
    return done > 0 and len(ids) == _BATCH


def forget_last_mails(now: datetime) -> None:
    """Remove the mails that said that everything is erased: once they are out, at the latest within the day."""
    is_over = or_(
        Notification.sent_at.is_not(None),
        Notification.failed_at.is_not(None),
        Notification.created_at < now - LAST_MAIL_STAYS,
    )
    with transaction():
        gone = delete(Notification).where(Notification.kind == LAST_MAIL, is_over)
        db.session.execute(gone.execution_options(synchronize_session=False))


def sweep_out(_now: datetime) -> bool:
    """Sweep what was erased out of the files of the database; True when more is waiting."""
    return sweep()


def _was_erased(now: datetime) -> bool:
    """Whether anything was erased since the last sweep."""
    last = db.session.scalar(select(ChoreRun.done_at).where(ChoreRun.name == _SWEEP))
    erased = AuditEntry.verb.in_(("question.erased", "person.erased")), AuditEntry.at <= now
    row = select(AuditEntry.id).where(*erased, *([AuditEntry.at > last] if last else []))
    return db.session.scalar(row.limit(1)) is not None


def _has_due(now: datetime) -> bool:
    return bool(due_closings(now, 1))


def _has_last_mails(_now: datetime) -> bool:
    # The table has no index of kinds; these rows are about nothing, which an index finds.
    row = select(Notification.id).where(Notification.subject_type == "nothing", Notification.kind == LAST_MAIL)
    return db.session.scalar(row.limit(1)) is not None


CHORES = (
    Chore("departure.closings", erase_closed_accounts, timedelta(minutes=10), is_due=_has_due, trusts_clock=True),
    Chore(_SWEEP, sweep_out, timedelta(hours=1), is_due=_was_erased),
    Chore("departure.mails", forget_last_mails, timedelta(minutes=10), is_due=_has_last_mails),
)
