"""Find declarations by form, by words, by key, by reference."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from portal.foundation import clock
from portal.foundation.database import db
from portal.keys.access import LinkOver
from portal.keys.models import Key
from portal.keys.queries import valid_key
from portal.keys.rules import Purpose
from portal.leaving.models import Declaration, Standing
from portal.leaving.rules.declarations import State

# The same words within a day are the same declaration (spec 2.4).
SAME_WITHIN = timedelta(hours=24)


def earlier_ones(stamp: str, content_digest: str, received_at: datetime) -> Sequence[Declaration]:
    """What the same form made before, and what the same words made in the day around that moment, the oldest first."""
    same = and_(
        Declaration.content_digest == content_digest,
        Declaration.received_at > received_at - SAME_WITHIN,
        Declaration.received_at < received_at + SAME_WITHIN,
        Standing.state != State.DUPLICATE.value,
    )
    rows = select(Declaration).join(Declaration.standing).options(contains_eager(Declaration.standing))
    return db.session.scalars(rows.where(or_(Declaration.stamp == stamp, same)).order_by(Declaration.id)).all()


def said_before(declaration: Declaration) -> Declaration | None:
    """The first declaration with the same words, where this one came more than a day after it (spec 2.14)."""
    rows = (
        select(Declaration)
        .join(Declaration.standing)
        .where(Declaration.content_digest == declaration.content_digest, Declaration.id < declaration.id)
        .where(Standing.state != State.DUPLICATE.value, Declaration.channel == declaration.channel)
        .order_by(Declaration.received_at)
    )
    return db.session.scalar(rows.limit(1))


def first_of(declaration: Declaration) -> Declaration:
    """The declaration that counts where this one only repeats it."""
    first_id = declaration.standing.duplicate_of_id
    return (db.session.get(Declaration, first_id) if first_id else None) or declaration


def declaration_of_reference(reference: str) -> Declaration | None:
    """The declaration of a reference as we write it."""
    return db.session.scalar(select(Declaration).filter_by(reference=reference))


def declaration_of_key(plain: str, purpose: Purpose, now: datetime) -> tuple[Declaration, Key] | None:
    """The declaration that counts of what this key opens for its receipt, an objection or a choice, and the key."""
    key = valid_key(plain, purpose, now=now)
    found = made_with(key) if key else None
    return (first_of(found), key) if found is not None and key is not None else None


def made_with(key: Key) -> Declaration | None:
    """The declaration whose sender was given this key; it may only say again what counts, in another language."""
    return db.session.get(Declaration, key.subject_id)


def opened_by_key(plain: str, purpose: Purpose) -> tuple[Declaration, Key]:
    """The same now; LinkOver where it opens nothing, whether it has expired or never was."""
    found = declaration_of_key(plain, purpose, clock.now())
    if found is None:
        raise LinkOver
    return found


def with_further(declaration: Declaration) -> list[Declaration]:
    """The declaration, and those that were made of it because it means several contracts."""
    further = declaration.standing.match.get("further") or ()
    return [declaration, *(each for each in map(declaration_of_reference, further) if each)]
