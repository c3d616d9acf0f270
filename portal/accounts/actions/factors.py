"""Set up a second factor, take it away, make new recovery codes."""

from datetime import datetime

from sqlalchemy import delete

from portal.accounts.access import network
from portal.accounts.actions.changing import renew
from portal.accounts.models import RecoveryCode, User
from portal.accounts.notices import tell
from portal.accounts.rules import FACTOR_LIMITS
from portal.accounts.second_factor import matching_step, new_recovery_codes, new_seed
from portal.accounts.sessions import carry
from portal.accounts.tries import count_tries
from portal.foundation.database import db, transaction
from portal.journal.actions import audit


def make_seed(user: User, *, now: datetime) -> None:
    """A new seed that does not count before a code of it was given; a confirmed one stays."""
    if user.has_second_factor:
        return
    with transaction():
        user.totp_secret, user.totp_last_step = new_seed(), None
        audit("factor.prepared", at=now, user_id=user.id, actor_id=user.id, network=network())


def confirm_factor(user: User, code: str, *, now: datetime) -> list[str]:
    """The second factor counts from now on; its recovery codes, shown this once. Empty: the code was wrong."""
    count_tries([(limit, str(user.id)) for limit in FACTOR_LIMITS], now=now)
    step = matching_step(user, code, now)
    if step is None or user.has_second_factor:
        return []
    with transaction():
        user.totp_confirmed_at, user.totp_last_step = now, step
        codes = new_recovery_codes(user)
        _tell(user, "set_up", now)
        session = renew(user, now)
    carry(user, session)
    return codes


def make_recovery_codes(user: User, *, now: datetime) -> list[str]:
    """Ten new recovery codes; the earlier ones work no more."""
    with transaction():
        codes = new_recovery_codes(user)
        _tell(user, "codes", now)
    return codes


def remove_factor(user: User, *, now: datetime) -> None:
    """Take the second factor away; only this browser stays signed in, anew."""
    with transaction():
        drop_factor(user)
        _tell(user, "removed", now)
        session = renew(user, now)
    carry(user, session)


def drop_factor(user: User) -> None:
    """Forget seed and recovery codes, inside the caller's transaction."""
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _tell(user: User, what: str, now: datetime) -> None:
    tell("account_factor", user, now=now, what=what, left=0)
    audit(f"factor.{what}", at=now, user_id=user.id, actor_id=user.id, network=network())
