"""Find declarations by form, by words, by key, by reference."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.foundation.database import db
from portal.keys.models import Key
from portal.keys.queries import valid_key
from portal.keys.rules import Purpose
from portal.leaving.models import Declaration, Standing
from portal.leaving.rules.declarations import State

# The same words within a day are the same declaration (spec 2.4).
SAME_WITHIN = timedelta(hours=24)


def declaration_of_stamp(stamp: str) -> Declaration | None:
    """What a form with this content made before."""
    return db.session.scalar(select(Declaration).filter_by(stamp=stamp))


def first_of_same(content_digest: str, received_at: datetime) -> Declaration | None:
    """The first declaration of the same words in the day around that moment, which is no duplicate itself."""
    same = select(Declaration).where(
        Declaration.content_digest == content_digest,
        Declaration.received_at > received_at - SAME_WITHIN,
        Declaration.received_at < received_at + SAME_WITHIN,
        Declaration.standing.has(Standing.state != State.DUPLICATE.value),
    )
    return db.session.scalar(same.order_by(Declaration.id).limit(1))


def first_of(declaration: Declaration) -> Declaration:
    """The declaration that counts where this one only repeats it."""
    first_id = declaration.standing.duplicate_of_id
    return (db.session.get(Declaration, first_id) if first_id else None) or declaration


def declaration_of_reference(reference: str) -> Declaration | None:
    """The declaration of a reference as we write it."""
    return db.session.scalar(select(Declaration).filter_by(reference=reference))


def declaration_of_key(plain: str, now: datetime) -> tuple[Declaration, Key] | None:
    """The declaration whose receipt this key opens, and the key; a duplicate leads to the first."""
    key = valid_key(plain, Purpose.RECEIPT, now=now)
    found = db.session.get(Declaration, key.subject_id) if key else None
    return (found, key) if found is not None and key is not None else None
