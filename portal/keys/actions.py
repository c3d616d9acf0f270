"""Give out keys, use them once, take them back; find out whether a form was sent before."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import bindparam, update

from portal.foundation.database import db, make_once, make_rows
from portal.foundation.errors import PortalError
from portal.keys.models import FormStamp, Key
from portal.keys.queries import stamp_of
from portal.keys.rules import Purpose, digest, new_key, new_mail_key


class StampUsed(PortalError):
    """A form with this stamp was sent before with other content."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This form was sent once already. Please check the text and send it again."))


def give_key(purpose: Purpose, subject_id: int, *, now: datetime, lasts: timedelta, address: str = "") -> str:
    """The plain key of a new row, inside the caller's transaction; it can never be shown again."""
    return give_keys({purpose: address}, subject_id, now=now, lasts=lasts)[purpose]


def give_keys(
    addresses: Mapping[Purpose, str], subject_id: int, *, now: datetime, lasts: timedelta
) -> dict[Purpose, str]:
    """The plain key of each purpose, by the address that it is sent to ("" for none); one statement."""
    plain = {each: new_mail_key() if each is Purpose.QUESTION_ANSWERED else new_key() for each in addresses}
    shared = {"subject_id": subject_id, "created_at": now, "expires_at": now + lasts}
    make_rows(
        Key,
        [
            {"digest": digest(plain[purpose]), "purpose": purpose.value, "address": address, **shared}
            for purpose, address in addresses.items()
        ],
    )
    return plain


def keep_key(key_digest: str, purpose: Purpose, subject_id: int, *, now: datetime, lasts: timedelta) -> None:
    """Let a key open something that somebody was shown before its row could be made: only its hash is known here."""
    values = {"digest": key_digest, "purpose": purpose.value, "subject_id": subject_id, "address": ""}
    make_once(Key, values | {"created_at": now, "expires_at": now + lasts})


def use_key(key: Key, *, now: datetime) -> bool:
    """Use up a key inside the caller's transaction; False when somebody was faster or it has ended."""
    used = (
        update(Key)
        .where(Key.id == key.id, Key.used_at.is_(None), Key.revoked_at.is_(None), Key.expires_at > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(db.session.execute(used).rowcount) == 1  # type: ignore[attr-defined]


def revoke_keys(purpose: Purpose, subject_id: int, *, now: datetime, address: str | None = None) -> None:
    """Let no key of that purpose open that thing any more; with `address` only those that were sent there."""
    sent_there = [] if address is None else [Key.address == address]
    db.session.execute(
        update(Key)
        .where(Key.purpose == purpose.value, Key.subject_id == subject_id, Key.revoked_at.is_(None), *sent_there)
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def extend_keys(purpose: Purpose, subject_id: int, *, until: datetime) -> None:
    """Let the keys that still open that thing last longer, never shorter."""
    db.session.execute(
        update(Key)
        .where(Key.purpose == purpose.value, Key.subject_id == subject_id, Key.expires_at < until)
        .where(Key.revoked_at.is_(None), Key.used_at.is_(None))
        .values(expires_at=until)
        .execution_options(synchronize_session=False)
    )


def take_stamp(form: str, stamp: str, content: str, *, now: datetime) -> FormStamp | None:
    """Claim a form's stamp inside the caller's transaction.

    None: it is new, go on and call `finish_stamp`. A row: the same content was sent before, its `result` is the answer.
    StampUsed (409): other content was sent with it.
    """
    values = {"form": form, "stamp": stamp, "content_digest": digest(content), "result": "", "created_at": now}
    if make_once(FormStamp, values):
        return None
    earlier = stamp_of(form, stamp)
    if earlier is None or earlier.content_digest != values["content_digest"]:
        raise StampUsed
    return earlier


def take_stamp_for(form: str, stamp: str, content: str, result: str, *, now: datetime) -> bool:
    """Claim a form's stamp together with what the form makes, in one statement of the caller's transaction.

    False: it was sent before; nothing of what it made may be kept, and `sent_before` says what it gave.
    """
    values = {"form": form, "stamp": stamp, "content_digest": digest(content), "result": result, "created_at": now}
    return make_once(FormStamp, values)


def sent_before(form: str, stamp: str, content: str) -> FormStamp:
    """The row of a form that was sent before; StampUsed (409) when other content was sent with its stamp."""
    earlier = stamp_of(form, stamp)
    if earlier is None or earlier.content_digest != digest(content):
        raise StampUsed
    return earlier


def finish_stamp(form: str, stamp: str, result: str) -> None:
    """Write down what the form made, inside the same transaction."""
    db.session.connection().execute(_FINISH, {"of_form": form, "of_stamp": stamp, "result": result})


# Built once: it belongs to every form that is sent.
_FINISH = (
    update(FormStamp.__table__)  # type: ignore[arg-type]
    .where(FormStamp.form == bindparam("of_form"), FormStamp.stamp == bindparam("of_stamp"))
    .values(result=bindparam("result"))
)
