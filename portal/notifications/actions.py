"""Put what is to be sent into the outbox, inside the transaction of what it announces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from portal.foundation.crash import crash_point
from portal.foundation.database import db, make_once, make_once_with_id, transaction
from portal.foundation.sql.prepared import Prepared
from portal.keys.actions import revoke_keys
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.notifications.addresses import masked
from portal.notifications.models import Notification, RefusedAddress, StaffNotice
from portal.notifications.rules import new_message_id

_BY_STAMP = Prepared(select(Notification.id).where(Notification.stamp == bindparam("stamp")))
_OF_A_QUESTION = (Purpose.QUESTION_ASKED, Purpose.QUESTION_MAILED, Purpose.QUESTION_ANSWERED)


def notify(
    kind: str,
    *,
    to: str,
    language: str,
    about: tuple[str, int],
    stamp: str,
    payload: dict[str, Any],
    now: datetime,
    is_confirmed: bool,
    thread: str = "",
) -> int:
    """One mail to one address; the same stamp twice makes one row. The number of the mail.

    `about` is the thing it is about, such as `("question", 12)`; `payload` holds plain JSON values for the template
    `mails/<kind>.txt`. Without `is_confirmed` the template sees only what its kind declares (SR-41). `thread` is a
    short word that stays the same over a conversation: mail programs show its mails together. See docs/mail.md.
    """
    values = {
        "kind": kind,
        "stamp": f"{kind}:{stamp}",
        "recipient": to,
        "is_confirmed": is_confirmed,
        "language": language,
        "subject_type": about[0],
        "subject_id": about[1],
        "payload": payload,
        "message_id": new_message_id(),
        "thread": thread,
        "created_at": now,
        "due_at": now,
        "claimed_by": "",
        "tries": 0,
        "problem": "",
    }
    made = make_once_with_id(Notification, values)
    crash_point("after_outbox")
    return made or int(_BY_STAMP.rows({"stamp": values["stamp"]})[0].id)


def take_held(ids: Sequence[int]) -> list[int]:
    """Take mails that are held back out of the hands of the post office; those that nobody else was faster with."""
    held = (Notification.held_at.is_not(None), Notification.claimed_at.is_(None), Notification.sent_at.is_(None))
    taken = (
        update(Notification)
        .where(Notification.id.in_(ids), Notification.due_at.is_not(None), *held)
        .values(due_at=None)
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(db.session.scalars(taken))


def add_to_mail(notification_id: int, payload: dict[str, Any]) -> bool:
    """Give a mail that waits other words; False when a worker holds it or it is out."""
    waits = (Notification.claimed_at.is_(None), Notification.sent_at.is_(None), Notification.failed_at.is_(None))
    changed = (
        update(Notification)
        .where(Notification.id == notification_id, *waits)
        .values(payload=payload)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(changed).rowcount) == 1  # type: ignore[attr-defined]


def drop_mails(ids: Sequence[int]) -> None:
    """Remove mails that were never sent, because another one says all that they would have said."""
    gone = delete(Notification).where(Notification.id.in_(ids), Notification.sent_at.is_(None))
    db.session.execute(gone.execution_options(synchronize_session=False))


def refuse_mails(key: Key, *, now: datetime) -> None:
    """The holder of an address says "not me": nothing more that strangers can cause, and the desk is told. Once.

    Whoever typed the address reads no longer on at the question that the mail was about.
    """
    notification = db.session.get(Notification, key.subject_id)
    about = (notification.subject_type, notification.subject_id) if notification else ("notification", key.subject_id)
    with transaction():
        make_once(RefusedAddress, {"address": key.address, "created_at": now})
        if about[0] == "question":
            for purpose in _OF_A_QUESTION:
                revoke_keys(purpose, about[1], now=now)
        tell_staff(
            "address_refused",
            about=about,
            stamp=str(key.subject_id),
            payload={"kind": notification.kind if notification else "", "address": masked(key.address)},
            now=now,
        )


def allow_mails(address: str) -> bool:
    """Take a "not me" back, because the holder asks for it; whether there was one."""
    with transaction():
        gone = db.session.execute(delete(RefusedAddress).where(RefusedAddress.address == address))
        return int(gone.rowcount) == 1  # type: ignore[attr-defined]


def tell_staff(
    kind: str,
    *,
    about: tuple[str, int],
    stamp: str,
    payload: dict[str, Any],
    now: datetime,
    user_id: int | None = None,
    role: str = "",
) -> None:
    """One notice for a member of staff, for everybody of a role, or (with neither) for the whole desk."""
    values = {
        "kind": kind,
        "stamp": f"{kind}:{stamp}",
        "user_id": user_id,
        "role": role,
        "subject_type": about[0],
        "subject_id": about[1],
        "payload": payload,
        "created_at": now,
    }
    make_once(StaffNotice, values)
