"""What the worker does for those who left: erase closed accounts, the last mail, and what a database keeps of rows."""

import logging
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, or_, select

from portal.attachments.discarding import remove_discarded
from portal.departure.actions.erasing import erase_closed
from portal.departure.notices import LAST_MAIL
from portal.departure.queries import due_closings
from portal.departure.retention import retain
from portal.departure.rules import LAST_MAIL as LAST_MAIL_STAYS
from portal.departure.shop import check_shop, shop_of
from portal.foundation.chores import Chore, ChoreRun, done_one_by_one
from portal.foundation.company import COMPANY
from portal.foundation.database import db, fold_log, transaction
from portal.foundation.files.erased import forget_erased
from portal.foundation.outside.fetching import NotFetched
from portal.foundation.sql.word_index import join_pieces
from portal.journal.models import AuditEntry
from portal.notifications.models import Notification

log = logging.getLogger(__name__)

_BATCH = 20
_SWEEP = "departure.sweep"


def erase_closed_accounts(now: datetime) -> bool:
    """Erase accounts whose time of undo is over; True when more are waiting."""
    ids = due_closings(now, _BATCH)
    done = done_one_by_one(ids, partial(erase_closed, now=now), "closing")
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


def look_at_shop(_now: datetime) -> None:
    """Sound an alarm in the log when a page of the shop does not carry both links any more (leaving 12)."""
    company = COMPANY.here()
    for url in shop_of(company):
        try:
            faults = check_shop(url, company.default_language)
        except NotFetched as error:
            faults = [str(error)]
        for fault in faults:
            log.error("alarm: %s: %s", url, fault)


def _has_shop(_now: datetime) -> bool:
    return bool(shop_of(COMPANY.here()))


def sweep_out(_now: datetime) -> None:
    """Sweep what was erased out of the files of the database; PostgreSQL does that by itself (autovacuum).

    SQLite overwrites what is removed (`secure_delete`), but its word tables drop words only when their pieces are
    joined, and the log keeps old pages until it is folded in: where somebody reads for long, ten minutes later.
    """
    join_pieces(is_thorough=True)
    fold_log()


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
    Chore("departure.shop", look_at_shop, timedelta(hours=24), is_due=_has_shop),
    Chore("departure.retention", retain, timedelta(hours=6), trusts_clock=True),
    Chore("departure.noted", forget_erased, timedelta(hours=24), trusts_clock=True),
    Chore("departure.mails", forget_last_mails, timedelta(minutes=10), is_due=_has_last_mails),
)
