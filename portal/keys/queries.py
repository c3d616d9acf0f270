"""Find a key by what was shown; ended and foreign ones are not found."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from portal.foundation.database import db
from portal.keys.models import FormStamp, Key
from portal.keys.rules import Purpose, digest, looks_like_key


def valid_key(plain: str, purpose: Purpose, *, now: datetime) -> Key | None:
    """The row of a key that still opens something for that purpose; None for anything else."""
    found = valid_keys([plain], [purpose], now=now)
    return found[0] if found else None


def valid_keys(plain: Iterable[str], purposes: Iterable[Purpose], *, now: datetime) -> Sequence[Key]:
    """The rows of all of these keys that still open something for one of the purposes, in one statement."""
    digests = [digest(each) for each in plain if looks_like_key(each)]
    if not digests:
        return []
    rows = select(Key).where(
        Key.digest.in_(digests),
        Key.purpose.in_([each.value for each in purposes]),
        Key.expires_at > now,
        Key.used_at.is_(None),
        Key.revoked_at.is_(None),
    )
    return db.session.scalars(rows).all()


def stamp_of(form: str, stamp: str) -> FormStamp | None:
    """The row of a form that was sent with this stamp."""
    return db.session.scalar(select(FormStamp).filter_by(form=form, stamp=stamp))
