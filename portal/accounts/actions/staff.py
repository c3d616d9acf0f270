"""Accounts of the staff: invited, given a role, disabled, let in again; from the command line for now."""

from datetime import datetime

from portal.accounts.actions.factors import drop_factor
from portal.accounts.models import User
from portal.accounts.notices import mail_key, tell
from portal.accounts.occasions import confirmed
from portal.accounts.queries import user_of
from portal.accounts.rules import INVITE_LASTS, RESET_LASTS, Role
from portal.accounts.sessions import end_sessions
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.journal.actions import audit
from portal.keys.actions import give_key, revoke_keys
from portal.keys.rules import Purpose


class NoSuchUser(PortalError):
    """There is no account with that address."""


class UserExists(PortalError):
    """There is an account with that address already."""


def invite(address: str, *, name: str, role: Role, language: str, now: datetime) -> str:
    """Make the account of a colleague and mail the link to begin it; returns the link's key, which works for 72 hours.

    UserExists when the address has an account; give that one a role instead.
    """
    if user_of(address) is not None:
        raise UserExists(f"{address} has an account already: use `flask user role` to change what it may do.")
    user = User(email=address, name=name, language=language, role=role.value, failures=0, created_at=now)
    with transaction():
        db.session.add(user)
        db.session.flush()
        key = give_key(Purpose.INVITE, user.id, address=address, now=now, lasts=INVITE_LASTS)
        mail_key("account_invited", to=address, language=language, key=key, now=now)
        audit("user.invited", at=now, user_id=user.id, role=role.value)
    return key


def send_reset(address: str, *, now: datetime) -> str:
    """End every session and mail a link for a new password (a new invitation to somebody who never began); its key."""
    user = _user(address)
    is_new = user.confirmed_at is None
    purpose, lasts = (Purpose.INVITE, INVITE_LASTS) if is_new else (Purpose.RESET_PASSWORD, RESET_LASTS)
    with transaction():
        revoke_keys(purpose, user.id, now=now)
        end_sessions(user.id, now=now)
        key = give_key(purpose, user.id, address=user.email, now=now, lasts=lasts)
        known = None if is_new else user
        kind = "account_invited" if is_new else "account_reset"
        mail_key(kind, to=user.email, language=user.language, key=key, user=known, now=now)
        audit("user.reset", at=now, user_id=user.id)
    return key


def give_role(address: str, role: Role, *, now: datetime) -> None:
    """Another role counts at once: every session ends."""
    user = _user(address)
    with transaction():
        before, user.role = user.role, role.value
        confirmed(user, now)
        end_sessions(user.id, now=now)
        audit("user.role", at=now, user_id=user.id, before=before, role=role.value)


def disable(address: str, *, now: datetime) -> None:
    """Let somebody in no more; every session ends at once, what they wrote stays."""
    user = _user(address)
    with transaction():
        user.disabled_at = now
        end_sessions(user.id, now=now)
        for purpose in (Purpose.SIGN_IN, Purpose.RESET_PASSWORD, Purpose.INVITE, Purpose.CHANGE_ADDRESS):
            revoke_keys(purpose, user.id, now=now)
        audit("user.disabled", at=now, user_id=user.id)


def enable(address: str, *, now: datetime) -> None:
    """Let somebody in again."""
    user = _user(address)
    with transaction():
        user.disabled_at = None
        audit("user.enabled", at=now, user_id=user.id)


def reset_factor(address: str, *, now: datetime) -> None:
    """Forget the second factor of somebody who lost it; they are told, and set up a new one at the next sign-in."""
    user = _user(address)
    with transaction():
        drop_factor(user)
        end_sessions(user.id, now=now)
        tell("account_factor", user, now=now, what="removed", left=0)
        audit("factor.removed", at=now, user_id=user.id)


def _user(address: str) -> User:
    user = user_of(address)
    if user is None:
        raise NoSuchUser(f"There is no account with the address {address}.")
    return user
