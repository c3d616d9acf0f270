"""Accounts of the staff: invited, given a role, disabled, let in again, by the command line or by leads."""

from datetime import datetime

from portal.accounts.actions.changing import OPENERS
from portal.accounts.actions.company_sign_in import drop_links
from portal.accounts.actions.factors import drop_factor
from portal.accounts.company_sign_in.provider import company_sign_in_name
from portal.accounts.models import User
from portal.accounts.notices import mail_key, tell
from portal.accounts.occasions import WHEN_CONFIRMED
from portal.accounts.queries import links_of, user_of
from portal.accounts.rules import INVITE_LASTS, RESET_LASTS, SIGN_IN_LASTS, Role
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
        begin_with = company_sign_in_name()
        mail_key("account_invited", to=address, language=language, key=key, begin_with=begin_with, now=now)
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
        begin_with = {"begin_with": company_sign_in_name()} if is_new else {}
        mail_key(kind, to=user.email, language=user.language, key=key, user=known, now=now, **begin_with)
        audit("user.reset", at=now, user_id=user.id)
    return key


def give_role(address: str, role: Role, *, now: datetime) -> None:
    """Another role counts at once: every session ends."""
    user = _user(address)
    with transaction():
        before, user.role = user.role, role.value
        WHEN_CONFIRMED.here()(user, now)
        end_sessions(user.id, now=now)
        audit("user.role", at=now, user_id=user.id, before=before, role=role.value)


def disable(address: str, *, now: datetime) -> None:
    """Let somebody in no more; every session ends at once, what they wrote stays."""
    user = _user(address)
    with transaction():
        user.disabled_at = now
        end_sessions(user.id, now=now)
        for purpose in (*OPENERS, Purpose.CHANGE_ADDRESS):
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


def let_in(address: str, *, now: datetime) -> str:
    """The key of a link that signs in a colleague once, also where only the company's provider may; it is not mailed.

    The second factor is asked for as after a password.
    """
    user = _user(address)
    with transaction():
        revoke_keys(Purpose.LET_IN, user.id, now=now)
        key = give_key(Purpose.LET_IN, user.id, address=user.email, now=now, lasts=SIGN_IN_LASTS)
        audit("user.let_in", at=now, user_id=user.id)
    return key


def unlink(address: str, *, now: datetime) -> None:
    """Forget what the company's provider calls somebody; every session ends, and they are told."""
    user = _user(address)
    with transaction():
        if drop_links(user, [row.id for row in links_of(user.id)], now=now):
            end_sessions(user.id, now=now)


def _user(address: str) -> User:
    user = user_of(address)
    if user is None:
        raise NoSuchUser(f"There is no account with the address {address}.")
    return user
