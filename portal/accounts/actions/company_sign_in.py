"""Sign in by the company's provider, link an account with it once, begin an invited account with it, unlink."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.access import network
from portal.accounts.actions.changing import OPENERS, renew
from portal.accounts.actions.signing_in import enter, take_seat
from portal.accounts.company_sign_in.rules import Identity
from portal.accounts.models import CompanyLink, User
from portal.accounts.notices import tell
from portal.accounts.queries import link_of
from portal.accounts.rules import LOGIN_ALL, LOGIN_NETWORK
from portal.accounts.sessions import carry, end_sessions
from portal.accounts.tries import count_tries
from portal.foundation.database import db, transaction
from portal.foundation.limits import caller
from portal.journal.actions import audit
from portal.keys.actions import revoke_keys, use_key
from portal.keys.models import Key


def count_answer(*, now: datetime) -> None:
    """Count an answer of the provider like a sign-in, before anything is asked because of it; TooMany."""
    count_tries([(LOGIN_NETWORK, caller())], now=now)
    count_tries([(LOGIN_ALL, "")], now=now)


def note_refusal(why: str, *, now: datetime, user_id: int | None = None) -> None:
    """Write down that the provider's answer let nobody in, and why."""
    with transaction():
        audit("sign_in.failed", at=now, user_id=user_id, network=network(), how="company", why=why)


def sign_in_by_company(identity: Identity, *, now: datetime) -> User | None:
    """Sign in this browser as whoever is linked with that identity; None when nobody of the staff is."""
    link = link_of(identity)
    user = link.user if link else None
    if link is None or user is None or not user.is_active or not user.is_staff:
        note_refusal("unknown" if user is None else "closed", now=now, user_id=user.id if user else None)
        return None
    used = update(CompanyLink).where(CompanyLink.id == link.id).values(used_at=now)
    with transaction():
        # Gone by now when it was removed at this very moment.
        is_there = db.session.execute(used).rowcount == 1  # type: ignore[attr-defined]
        is_vouched, is_proof = identity.is_vouched, identity.is_proven
        session = enter(user, how="company", now=now, is_vouched=is_vouched, is_proof=is_proof) if is_there else ""
    return take_seat(user, session)


def link_company(user: User, identity: Identity, *, now: datetime) -> bool:
    """From now on this identity signs in that person; only this browser stays signed in, anew. False: it is taken."""
    try:
        with transaction():
            _add(user, identity, now)
            session = renew(user, now)
    except IntegrityError:
        return False
    carry(user, session)
    return True


def begin_by_company(key: Key, user: User, identity: Identity, *, now: datetime) -> User | None:
    """Begin an invited account with that identity and sign this browser in; None: link used, or identity taken."""
    try:
        with transaction():
            if not use_key(key, now=now):
                return None
            user.confirmed_at = user.confirmed_at or now
            for purpose in OPENERS:
                revoke_keys(purpose, user.id, now=now)
            _add(user, identity, now).used_at = now
            end_sessions(user.id, now=now)
            session = enter(user, how="company", now=now, is_vouched=identity.is_vouched, is_proof=identity.is_proven)
    except IntegrityError:
        return None
    return take_seat(user, session)


def unlink_company(user: User, numbers: Iterable[int], *, now: datetime) -> None:
    """These links of that person sign in no more; only this browser stays signed in, anew."""
    with transaction():
        if not drop_links(user, numbers, now=now, actor_id=user.id):
            return
        session = renew(user, now)
    carry(user, session)


def drop_links(user: User, numbers: Iterable[int], *, now: datetime, actor_id: int | None = None) -> int:
    """Take links of that person away inside the caller's transaction, and tell them; how many there were."""
    mine = select(CompanyLink).where(CompanyLink.user_id == user.id, CompanyLink.id.in_(list(numbers)))
    rows = db.session.scalars(mine).all()
    for row in rows:
        db.session.execute(delete(CompanyLink).where(CompanyLink.id == row.id))
        audit("company.unlinked", at=now, user_id=user.id, actor_id=actor_id, network=network())
        tell("account_company", user, now=now, what="unlinked", called=row.called)
    return len(rows)


def _add(user: User, identity: Identity, now: datetime) -> CompanyLink:
    row = CompanyLink(
        user_id=user.id, issuer=identity.issuer, subject=identity.subject, called=identity.called, created_at=now
    )
    db.session.add(row)
    db.session.flush()
    audit("company.linked", at=now, user_id=user.id, actor_id=user.id, network=network())
    tell("account_company", user, now=now, what="linked", called=identity.called)
    return row
