"""What other machines are told: that a cancellation came, takes effect, was taken back, is contested.

Nothing that a person typed goes out, only reference, contract number, state and dates; billing can stop by it.
"""

import hashlib
import json
import logging
from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.contracts.queries import contract_by_id
from portal.foundation.config import CONFIG
from portal.foundation.database import db, make_row, transaction
from portal.leaving.models import Declaration, HookMessage
from portal.notifications.channels.envelope import DeliveryError
from portal.notifications.channels.hook import Hook, post

log = logging.getLogger(__name__)

EVENTS = frozenset(f"cancellation.{verb}" for verb in ("received", "effective", "retracted", "contested"))
# For three days at most (SR-60); then somebody has to look.
PAUSES = (1, 5, 15, 60, 240, 720, 720, 720, 720, 720)
_LEASE = timedelta(minutes=1)
_PIECE = 20


def announce(declaration: Declaration, verb: str, *, at: datetime) -> None:
    """Put the message into the outbox, inside the caller's transaction; nothing where no address is set."""
    config = CONFIG.here()
    if verb not in EVENTS or not config.hook_url:
        return
    values = {"event": verb, "reference": declaration.reference, "payload": _payload(declaration, verb, at)}
    rest = {"created_at": at, "due_at": at, "tries": 0, "problem": ""}
    make_row(HookMessage, values | rest)


def has_due(now: datetime) -> bool:
    """Whether a message should be sent."""
    return db.session.scalar(select(HookMessage.id).where(HookMessage.due_at <= now).limit(1)) is not None


def send_due(now: datetime) -> bool:
    """Send what is due, oldest first; one that fails never stops the others. Whether more is waiting."""
    due = select(HookMessage).where(HookMessage.due_at <= now).order_by(HookMessage.id).limit(_PIECE)
    rows = db.session.scalars(due.execution_options(populate_existing=True)).all()
    for row in rows:
        if _change(row, due_at=now + _LEASE):
            _send(row, now)
    return len(rows) == _PIECE


def _send(row: HookMessage, now: datetime) -> None:
    config = CONFIG.here()
    hook = Hook(config.hook_url, config.hook_secret, may_be_local=config.hook_may_be_local)
    body = json.dumps(row.payload, sort_keys=True).encode()
    # Billing refuses what it has seen. Numbers of rows are given again after a restore; the same fact never is.
    headers = {"Portal-Event": row.event, "Portal-Delivery": hashlib.sha256(body).hexdigest()[:32]}
    try:
        post(hook, body, headers=headers, seconds=int(now.timestamp()))
    except DeliveryError as error:
        _put_off(row, error, now)
    else:
        _settle(row, sent_at=now, due_at=None, tries=row.tries + 1, problem="")


def _put_off(row: HookMessage, error: DeliveryError, now: datetime) -> None:
    is_over = error.permanent or row.tries >= len(PAUSES)
    next_at = None if is_over else now + timedelta(minutes=PAUSES[row.tries])
    if is_over:
        log.error("alarm: message %s (%s) failed for good: %s", row.id, row.event, str(error)[:200])
    _settle(row, due_at=next_at, failed_at=now if is_over else None, tries=row.tries + 1, problem=str(error)[:500])


def _change(row: HookMessage, **values: object) -> bool:
    with transaction():
        held = update(HookMessage).where(HookMessage.id == row.id, HookMessage.due_at == row.due_at).values(**values)
        done = db.session.execute(held.execution_options(synchronize_session=False))
        return int(done.rowcount) == 1  # type: ignore[attr-defined]


def _settle(row: HookMessage, **values: object) -> None:
    with transaction():
        changed = update(HookMessage).where(HookMessage.id == row.id).values(**values)
        db.session.execute(changed.execution_options(synchronize_session=False))


def _payload(declaration: Declaration, verb: str, at: datetime) -> dict[str, object]:
    standing = declaration.standing
    contract = contract_by_id(standing.contract_id)
    return {
        "event": verb,
        "reference": declaration.reference,
        "at": at.isoformat(),
        "received_at": declaration.received_at.isoformat(),
        "contract": contract.number if contract else None,
        "effective_on": standing.effective_on.isoformat() if standing.effective_on else None,
    }
