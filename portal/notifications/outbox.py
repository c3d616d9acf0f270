"""What happens to a row of the outbox; each step is one transaction, and the same statement on both databases."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update

from portal.foundation.database import db, transaction
from portal.foundation.security import clean_text
from portal.keys.actions import give_key
from portal.keys.rules import Purpose
from portal.notifications.addresses import masked
from portal.notifications.models import DeliveryAttempt, Notification
from portal.notifications.rules import LEASE, next_try

NOT_ME_KEY, ANSWER_KEY = "not_me_key", "answer_key"
# The link "not me" and the address of an answer work as long as the link to a question.
_LASTS = timedelta(days=90)
_DETAIL_LIMIT = 500
# Servers give up after some days; later a report is no news that anything should follow from.
_RETURNS_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Claim:
    """A mail as one worker holds it; `payload` is what its template gets."""

    row: Notification
    worker: str
    at: datetime
    payload: dict[str, Any]


def claim(row: Notification, *, worker: str, now: datetime, takes_answers: bool = False) -> Claim | None:
    """Hold a due mail for five minutes; None when somebody else was faster.

    `due_at` is compared with what was read and moves to the end of the lease, so that a mail whose worker dies is due
    again by itself. An unconfirmed address gets a key for its "not me" page; with `takes_answers` a mail about a
    question gets one to answer it by.
    """
    payload = dict(row.payload)
    with transaction():
        still_due = (Notification.due_at == row.due_at) & Notification.sent_at.is_(None)
        if not _change(row.id, still_due, claimed_at=now, claimed_by=worker, due_at=now + LEASE):
            return None
        keys = {
            NOT_ME_KEY: (Purpose.NOT_ME, row.id, not row.is_confirmed),
            ANSWER_KEY: (Purpose.QUESTION_ANSWERED, row.subject_id, takes_answers),
        }
        for name, (purpose, subject, is_wanted) in keys.items():
            if is_wanted and name not in payload:
                payload[name] = give_key(purpose, subject, now=now, lasts=_LASTS, address=row.recipient)
        if payload != row.payload:
            _change(row.id, Notification.claimed_by == worker, payload=payload)
    return Claim(row, worker, now, payload)


def mark_sent(held: Claim, said: str, *, now: datetime) -> None:
    """It is out, even if the lease has ended meanwhile: its keys leave the row (SR-03)."""
    kept = _without_keys(held.payload)
    with transaction():
        row = held.row
        done = {"sent_at": now, "due_at": None, "held_at": None, "problem": "", "payload": kept, **_FREE}
        if _change(row.id, Notification.sent_at.is_(None), tries=Notification.tries + 1, **done):
            _record(row.id, now, "sent", said)


def _without_keys(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload without keys, also where one mail speaks of several things."""
    kept = {name: value for name, value in payload.items() if name != "key" and not name.endswith("_key")}
    if "items" in kept:
        kept["items"] = [_without_keys(each) for each in kept["items"]]
    return kept


def postpone(held: Claim, problem: str, *, now: datetime) -> bool:
    """Try again by the schedule; after the last time it has failed. Whether there is another time."""
    due_at = next_try(held.row.tries + 1, now)
    if due_at is None:
        fail(held, problem, now=now)
    else:
        _settle(held, "later", problem, now, due_at=due_at, tries=Notification.tries + 1)
    return due_at is not None


def fail(held: Claim, problem: str, *, now: datetime) -> None:
    """It will not be sent; staff can see why and have it sent again."""
    _settle(held, "failed", problem, now, due_at=None, failed_at=now, tries=Notification.tries + 1)


def put_back(held: Claim, problem: str, *, now: datetime) -> None:
    """The server could not be reached, which is nobody's fault: the mail stays due and loses no try."""
    # Many tries an hour would fill the table: only the first one of a row is written down.
    is_news = held.row.problem != problem
    _settle(held, "unreachable" if is_news else "", problem, now, due_at=now)


def hold(held: Claim, problem: str, *, until: datetime, now: datetime) -> None:
    """Keep it back because of a limit; it is looked at again then."""
    is_news = held.row.held_at is None
    _settle(held, "held" if is_news else "", problem, now, due_at=until, held_at=held.row.held_at or now)


def release(worker: str, *, now: datetime) -> int:
    """Let the mails be sent that a dead worker holds; how many there were."""
    with transaction():
        held = (Notification.claimed_by == worker) & Notification.sent_at.is_(None)
        freed = update(Notification).where(held).values(due_at=now, **_FREE)
        return int(db.session.execute(freed.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def mark_returned(message_id: str, detail: str, *, now: datetime) -> int | None:
    """A mail that had gone out did not arrive after all; its number, None for one that is unknown, old or known so."""
    row = db.session.scalar(select(Notification).filter_by(message_id=message_id))
    if row is None or row.sent_at is None or row.sent_at < now - _RETURNS_WITHIN:
        return None
    said = " ".join(clean_text(detail.replace(row.recipient, masked(row.recipient))).split())[:_DETAIL_LIMIT]
    with transaction():
        if not _change(row.id, Notification.failed_at.is_(None), failed_at=now, problem=said):
            return None
        _record(row.id, now, "returned", said)
    return row.id


def send_again(notification_id: int, *, now: datetime) -> bool:
    """Let a mail that failed or waits be sent now, as if it were new; False for one that was sent or is not there."""
    with transaction():
        unsent = Notification.sent_at.is_(None)
        fresh = {"due_at": now, "failed_at": None, "held_at": None, "tries": 0, **_FREE}
        return _change(notification_id, unsent, **fresh)


_FREE: dict[str, Any] = {"claimed_at": None, "claimed_by": ""}


def _settle(held: Claim, outcome: str, problem: str, now: datetime, **values: Any) -> None:
    """The end of a try, unless the lease has passed to somebody else."""
    problem = " ".join(clean_text(problem).split())[:_DETAIL_LIMIT]
    is_ours = (Notification.claimed_by == held.worker) & (Notification.claimed_at == held.at)
    with transaction():
        if _change(held.row.id, is_ours, problem=problem, **_FREE, **values) and outcome:
            _record(held.row.id, now, outcome, problem)


def _record(notification_id: int, at: datetime, outcome: str, detail: str) -> None:
    plain = " ".join(clean_text(detail).split())[:_DETAIL_LIMIT]
    db.session.add(DeliveryAttempt(notification_id=notification_id, at=at, outcome=outcome, detail=plain))


def _change(notification_id: int, condition: ColumnElement[bool], **values: Any) -> bool:
    """Whether the row was as expected and is changed now; somebody else may have been faster."""
    statement = (
        update(Notification)
        .where(Notification.id == notification_id, condition)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(statement).rowcount) == 1  # type: ignore[attr-defined]
