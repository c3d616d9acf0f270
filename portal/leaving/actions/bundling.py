"""Let what one address was not sent singly on a day go there in one mail (spec leaving 2.15: at most three, then one).

The post office holds what is too much for a day. Here it is put together, so that nobody gets one mail after the other
on later days; the limit of the day holds for the one mail as well. Every declaration says in its record that it
travels with others, and its receipt shows what becomes of that mail.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from portal.foundation.database import db, transaction
from portal.journal.rules import SYSTEM
from portal.leaving.actions.matching import note_step
from portal.leaving.models import Declaration
from portal.leaving.notices.bundles import BUNDLED, bundle, fitting
from portal.leaving.queries.deliveries import held_mails, pass_to_bundle, waiting_bundle
from portal.notifications.actions import drop_mails, take_held
from portal.notifications.models import Notification

log = logging.getLogger(__name__)
_PIECE = 200


class _Gone(Exception):
    """No error: the worker has just begun to send what was to be put together."""


def has_held(_now: datetime) -> bool:
    """Whether anything is held that could travel with others."""
    return bool(held_mails(BUNDLED, 1))


def bundle_held(now: datetime) -> bool:
    """Put together what is held for one address, each in its own transaction; whether more may be waiting."""
    done, rows = 0, held_mails(BUNDLED, _PIECE)
    groups: dict[tuple[object, ...], list[Notification]] = defaultdict(list)
    for row in rows:
        groups[row.recipient, row.language, row.is_confirmed, BUNDLED[row.kind].name].append(row)
    for group in groups.values():
        try:
            done += _bundle(group, now)
        except _Gone:
            continue
        except Exception:
            db.session.rollback()
            log.exception("alarm: could not put mails of leaving together")
    return done > 0


def _bundle(group: Sequence[Notification], now: datetime) -> int:
    """How many found a place in one mail; one that is alone goes out alone."""
    present = waiting_bundle(group[0], BUNDLED[group[0].kind].name)
    rows = fitting(group, present)
    if not rows:
        present, rows = None, fitting(group, None)
    if present is None and len(rows) < 2:
        return 0
    with transaction():
        taken = set(take_held([each.id for each in rows]))
        rows = [each for each in rows if each.id in taken]
        found = bundle(rows, present, now=now) if rows else None
        if found is None:
            raise _Gone
        for declaration_id in pass_to_bundle(sorted(taken), found):
            note_step(db.session.get_one(Declaration, declaration_id), "bundled", by=SYSTEM, now=now, mail=found)
        drop_mails(sorted(taken))
    return len(rows)
