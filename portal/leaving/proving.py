"""Whether the record and the declarations are as they were written: every hash is made anew and compared (spec 2.13).

The newest hash of each day also stands in `PORTAL_DATA/leaving-digests.txt` and in the log, so that a record that was
replaced as a whole does not fit any more; copy that file to where nobody who reaches the database can write.
"""

import json
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select

from portal.foundation.config import CONFIG
from portal.foundation.database import db
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.leaving import spool
from portal.leaving.models import Declaration, Delivery, RecordEntry, RecordHead, Standing
from portal.leaving.notices.confirming import RECEIPT_LASTS, usable_address
from portal.leaving.rules.chain import KEPT, entry_hash, row_hash
from portal.leaving.rules.declarations import State
from portal.leaving.rules.documents import sha256
from portal.notifications.models import Notification

log = logging.getLogger(__name__)

_PIECE = 500
_WAITS = timedelta(minutes=5)
_TAKEN = (".received", ".repeated")
# Written when a declaration's time is over and its row goes.
ERASED = "declaration.erased"


def head() -> tuple[int, str]:
    """How many entries the record has, and the newest hash."""
    row = db.session.get(RecordHead, 1)
    return (row.position, row.hash) if row else (0, "")


def faults(_now: datetime) -> Iterator[str]:
    """Every fault as a sentence; none means that all of it is as it was written."""
    rows: dict[str, str] = {}
    erased: set[str] = set()
    yield from _chain_faults(rows, erased)
    yield from _row_faults(rows, erased)
    yield from _digest_faults()


def whole_faults(now: datetime) -> Iterator[str]:
    """For `flask check`: every declaration has a standing, a receipt, its mail where it can have one, and a record."""
    for declaration in db.session.scalars(select(Declaration).order_by(Declaration.id)):
        standing, reference = declaration.standing, declaration.reference
        if standing is None:
            yield f"declaration {reference}: it stands nowhere"
            continue
        if not _has(select(RecordEntry.position).where(RecordEntry.reference == reference)):
            yield f"declaration {reference}: nothing in the record"
        if standing.state == State.DUPLICATE.value:
            continue
        # A further one of "all" has the receipt and the confirmation of the first.
        is_web = declaration.channel == "web" and "first" not in standing.match
        if is_web and _lacks_key(declaration, now):
            yield f"declaration {reference}: no key opens its receipt"
        if is_web and usable_address(declaration.email) and not _has(_mails(declaration)):
            yield f"declaration {reference}: no confirmation in the outbox"
    for lost in db.session.scalars(
        select(Standing.declaration_id).where(~exists().where(Declaration.id == Standing.declaration_id))
    ):
        yield f"standing {lost}: its declaration is missing"


def waiting_faults(now: datetime) -> Iterator[str]:
    """For `flask check`: no declaration waits in a file for longer than the database can have been away unnoticed."""
    for path in spool.folder().glob("*.json"):
        if spool.arrived_at(path) < now - _WAITS:
            yield f"declaration in a file since {spool.arrived_at(path):%Y-%m-%d %H:%M}: run `flask leaving replay`"
    for path in spool.folder().glob("*.unreadable"):
        yield f"declaration that cannot be read: {path.name}"


def _lacks_key(declaration: Declaration, now: datetime) -> bool:
    """Keys of receipts end, and ended keys are removed: an older declaration needs none any more."""
    if declaration.received_at + RECEIPT_LASTS <= now:
        return False
    return not _has(select(Key.id).where(Key.purpose == Purpose.RECEIPT.value, Key.subject_id == declaration.id))


def write_digest(now: datetime) -> None:
    """Write the newest hash of the day to a second place."""
    position, newest = head()
    line = json.dumps({"at": now.isoformat(), "position": position, "hash": newest})
    log.info("record of leaving: %s entries, newest hash %s", position, newest or "-")
    handle = os.open(_digests(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(handle, "a", encoding="utf-8") as file:
        file.write(line + "\n")


def _chain_faults(rows: dict[str, str], erased: set[str]) -> Iterator[str]:
    """Walk along the record; `rows` and `erased` collect what it says about declarations."""
    previous, expected = "", 1
    for entry in db.session.scalars(
        select(RecordEntry).order_by(RecordEntry.position).execution_options(yield_per=_PIECE)
    ):
        if entry.position != expected:
            yield f"record {expected}: the entry is missing"
        if entry.previous_hash != previous or entry.hash != _hash_of(entry):
            yield f"record {entry.position}: it was changed"
        if entry.verb.endswith(_TAKEN):
            rows[entry.reference] = str(entry.facts.get("row", ""))
        if entry.verb == ERASED:
            erased.add(entry.reference)
        previous, expected = entry.hash, entry.position + 1
    position, newest = head()
    if (position, newest) != (expected - 1, previous):
        yield f"record: its head says {position} entries, there are {expected - 1}"


def _row_faults(rows: dict[str, str], erased: set[str]) -> Iterator[str]:
    seen = set()
    for row in db.session.scalars(select(Declaration).order_by(Declaration.id).execution_options(yield_per=_PIECE)):
        seen.add(row.reference)
        own = row_hash({name: getattr(row, name) for name in KEPT}, row.salt)
        if row.reference not in rows:
            yield f"declaration {row.reference}: the record does not know it"
        elif rows[row.reference] != own:
            yield f"declaration {row.reference}: it was changed"
        if sha256(row.canonical_text) != row.sha256:
            yield f"declaration {row.reference}: its document does not have the hash that was told"
    for reference in rows.keys() - seen - erased:
        yield f"declaration {reference}: it is missing"


def _digest_faults() -> Iterator[str]:
    path = _digests()
    if not path.exists():
        return
    known = dict(db.session.execute(select(RecordEntry.position, RecordEntry.hash)).tuples().all())
    for line in path.read_text(encoding="utf-8").splitlines():
        written = json.loads(line)
        if written["position"] and known.get(written["position"]) != written["hash"]:
            yield f"record {written['position']}: another hash was written down on {written['at'][:10]}"


def _hash_of(entry: RecordEntry) -> str:
    actor = (entry.actor_kind, entry.actor_id)
    return entry_hash(
        entry.previous_hash,
        position=entry.position,
        at=entry.at,
        verb=entry.verb,
        reference=entry.reference,
        actor=actor,
        facts=entry.facts,
    )


def _mails(declaration: Declaration) -> Any:
    about = (Notification.subject_type == "declaration") & (Notification.subject_id == declaration.id)
    sent = select(Notification.id).where(about, Notification.kind.startswith("leaving_"))
    return sent.union_all(select(Delivery.id).where(Delivery.declaration_id == declaration.id))


def _has(query: Any) -> bool:
    return db.session.execute(query.limit(1)).first() is not None


def _digests() -> Path:
    data = CONFIG.here().data
    return data / "leaving-digests.txt"
