"""Files that wait with a text of ours until it is sent: kept for whoever writes, in what they write to."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, bindparam, select, update

from portal.attachments.discarding import discard
from portal.attachments.models import Attachment
from portal.attachments.rules import KEPT
from portal.foundation.crash import crash_point
from portal.foundation.database import db


class WaitsNoMore(Exception):
    """A file that was to be sent waits no more. It is met by the worker, who has nobody to tell."""


# Built once: every case with such files asks for it.
_KEPT = (
    select(Attachment)
    .where(Attachment.owner_type == KEPT, Attachment.owner_id == bindparam("owner", type_=Integer))
    .order_by(Attachment.id)
)


def kept_files(owner_id: int) -> Sequence[Attachment]:
    """What waits there, of everybody, oldest first."""
    return db.session.scalars(_KEPT, {"owner": owner_id}).all()


def send_kept(ids: Sequence[int], *, kept_in: int, keeper_id: int | None, message_id: int, now: datetime) -> None:
    """What waited belongs to the message from now on, inside the caller's transaction.

    WaitsNoMore for a file that is gone, so that nothing is sent without a file that was meant.
    """
    if not ids:
        return
    given = (
        update(Attachment)
        .where(Attachment.id.in_(ids), is_kept(kept_in, keeper_id))
        .values(owner_type="message", owner_id=message_id, keeper_id=None, created_at=now)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(given).rowcount != len(ids):  # type: ignore[attr-defined]
        raise WaitsNoMore
    crash_point("after_kept_files")


def move_kept(owner_id: int, to: int) -> None:
    """What waits in one place waits in another one from now on, inside the caller's transaction."""
    moved = update(Attachment).where(Attachment.owner_type == KEPT, Attachment.owner_id == owner_id)
    db.session.execute(moved.values(owner_id=to).execution_options(synchronize_session=False))


def discard_kept(
    kept_in: int, keeper_id: int | None, *further: ColumnElement[bool], now: datetime, spared: Collection[int]
) -> int:
    """What somebody keeps there goes, but for the `spared` ids, inside the caller's transaction; how many."""
    return discard(is_kept(kept_in, keeper_id), Attachment.id.not_in(spared), *further, now=now)


def is_kept(owner_id: int, keeper_id: int | None) -> ColumnElement[bool]:
    """A file that this person keeps there."""
    return and_(Attachment.owner_type == KEPT, Attachment.owner_id == owner_id, Attachment.keeper_id == keeper_id)
