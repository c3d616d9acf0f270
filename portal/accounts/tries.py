"""Count what somebody tries before it is done; all processes count together (SR-08, DR-18)."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts.models import Tries
from portal.accounts.rules import Limit
from portal.foundation.database import db, insert_or_add, transaction
from portal.foundation.errors import PortalError
from portal.keys.rules import digest


class TooMany(PortalError):
    """A limit is reached; `retry_after` are the seconds until the next try counts. Nobody is locked out for good."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, -(-retry_after // 60))
        super().__init__(
            ngettext(
                "There were too many tries. Please wait %(num)s minute and send it again.",
                "There were too many tries. Please wait %(num)s minutes and send it again.",
                minutes,
            )
            if minutes < 120
            else _("There were too many tries today. Please try again tomorrow, or write to us.")
        )
        self.retry_after = retry_after


def count_tries(tries: Iterable[tuple[Limit, str]], *, now: datetime) -> None:
    """Count one try for each limit and its subject, in a transaction of its own; TooMany when one is over.

    A try that is refused counts too; subjects are kept as hashes.
    """
    with transaction():
        counted = [(limit, _count(limit, subject, now)) for limit, subject in tries]
    over = [limit.ends_at(now) for limit, amount in counted if amount > limit.most]
    if over:
        raise TooMany(max(1, int((max(over) - now).total_seconds())))


def _count(limit: Limit, subject: str, now: datetime) -> int:
    key = {"kind": limit.kind, "subject": digest(subject), "span": limit.span(now)}
    adding = insert_or_add(Tries, key, {"amount": 1}).values(ends_at=limit.ends_at(now)).returning(Tries.amount)
    return int(db.session.scalar(adding))
