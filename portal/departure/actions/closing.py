"""Close an account with one press, open it again for two weeks; no contract begins or ends by that."""

from datetime import datetime

from portal.accounts.access import network
from portal.accounts.models import User
from portal.accounts.sessions import end_sessions
from portal.customers.actions import reclaim_customer, release_customer
from portal.departure.access import Closed
from portal.departure.models import AccountClosing
from portal.departure.notices import tell_closed, tell_reopened
from portal.departure.queries import closing_of, open_questions, trail_of
from portal.departure.rules import erase_at, undo_until
from portal.foundation.company import COMPANY
from portal.foundation.database import db, transaction
from portal.foundation.personal_data import ALL_HOLDINGS, Trail
from portal.journal.actions import audit
from portal.keys.actions import give_key, revoke_keys, use_key
from portal.keys.rules import Purpose
from portal.questions.notices.thread import KEY_LASTS

_OPENERS = (Purpose.SIGN_IN, Purpose.RESET_PASSWORD, Purpose.CHANGE_ADDRESS)


def close_account(user: User, *, now: datetime) -> str:
    """Close it and end every session; the key of the page that opens it again. Twice changes nothing.

    The record of the customer becomes a guest's, so that open questions stay reachable by number and link.
    """
    with transaction():
        # The row of the account alone: PostgreSQL locks no row that may be missing, as a customer's beside it.
        db.session.refresh(user, with_for_update={"of": User})
        trail = trail_of(user, now=now)
        closing = closing_of(user.id) or _closed(user, trail, now)
        end_sessions(user.id, now=now)
        for purpose in _OPENERS:
            revoke_keys(purpose, user.id, now=now)
        lasts = closing.erase_at - now
        key = give_key(Purpose.CLOSED_ACCOUNT, user.id, now=now, lasts=lasts, address=user.email)
        _tell(user, closing, trail, key, now)
        audit("account.closed", at=now, user_id=user.id, actor_id=user.id, network=network())
    return key


def reopen_account(closed: Closed, *, now: datetime) -> bool:
    """Open it again by the mailed link; False when that was too late or somebody was faster. Nobody is signed in."""
    if closed.closing.undo_until <= now:
        return False
    with transaction():
        if not use_key(closed.key, now=now):
            return False
        reopen(closed.user, now)
    return True


def reopen(user: User, now: datetime) -> None:
    """Whoever signs in again has taken the closing back; inside the caller's transaction."""
    closing = closing_of(user.id)
    user.closed_at = None
    if closing is None:
        return
    closing.reopened_at = now
    reclaim_customer(user, closing.customer_id, now)
    revoke_keys(Purpose.CLOSED_ACCOUNT, user.id, now=now)
    tell_reopened(user, now=now)
    audit("account.reopened", at=now, user_id=user.id, actor_id=user.id, network=network())


def _closed(user: User, trail: Trail, now: datetime) -> AccountClosing:
    ends = [end for holding in ALL_HOLDINGS.here() for end in holding.ends(trail)]
    zone = COMPANY.here().zone
    customer = release_customer(user, now)
    closing = AccountClosing(
        user_id=user.id,
        customer_id=customer.id if customer else None,
        closed_at=now,
        undo_until=undo_until(now),
        erase_at=erase_at(now, ends, zone),
    )
    user.closed_at = now
    db.session.add(closing)
    db.session.flush()
    return closing


def _tell(user: User, closing: AccountClosing, trail: Trail, key: str, now: datetime) -> None:
    numbers = [question.number for question in open_questions(trail)]
    list_key = ""
    if numbers and closing.customer_id:
        list_key = give_key(Purpose.CUSTOMER_MAILED, closing.customer_id, now=now, lasts=KEY_LASTS, address=user.email)
    tell_closed(user, closing, key=key, list_key=list_key, numbers=numbers, now=now)
