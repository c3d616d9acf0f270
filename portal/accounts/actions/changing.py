"""Change password, address, name and language; each change that could let somebody in ends all other sessions."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from portal.accounts.access import current_session, network, requires_factor
from portal.accounts.models import User
from portal.accounts.notices import mail_key, tell
from portal.accounts.occasions import WHEN_CONFIRMED
from portal.accounts.passwords import hash_password
from portal.accounts.queries import user_by_id, user_of
from portal.accounts.rules import CHANGE_LIMIT, CONFIRM_LASTS, FORM_LIMITS, RESET_LASTS, RESET_LIMIT, SIGN_IN_LASTS
from portal.accounts.sessions import begin_session, carry, end_sessions
from portal.accounts.tries import count_tries
from portal.foundation.database import transaction
from portal.foundation.limits import caller
from portal.journal.actions import audit
from portal.keys.actions import give_key, revoke_keys, use_key
from portal.keys.models import Key
from portal.keys.queries import valid_key, valid_keys
from portal.keys.rules import Purpose

# What lets somebody in, or lets them choose a new way in.
OPENERS = (Purpose.RESET_PASSWORD, Purpose.SIGN_IN, Purpose.LET_IN, Purpose.INVITE)


def ask_for_reset(address: str, *, language: str, now: datetime) -> None:
    """Mail a link for a new password, or one to begin an account; both take equally long (SR-09)."""
    count_tries([*((limit, caller()) for limit in FORM_LIMITS), (RESET_LIMIT, address)], now=now)
    user = user_of(address)
    with transaction():
        if user is not None:
            key = give_key(Purpose.RESET_PASSWORD, user.id, address=address, now=now, lasts=RESET_LASTS)
            mail_key("account_reset", to=user.email, language=user.language, key=key, user=user, now=now)
        else:
            key = give_key(Purpose.CONFIRM_ADDRESS, 0, address=address, now=now, lasts=CONFIRM_LASTS)
            mail_key("account_unknown", to=address, language=language, key=key, now=now)
        audit("account.reset_asked", at=now, user_id=user.id if user else None, network=network())


def password_key(plain: str, *, now: datetime) -> tuple[Key, User] | None:
    """The key of a mailed link for a new password (reset or invitation) and whose it is; None when it has ended."""
    found = valid_keys([plain], [Purpose.RESET_PASSWORD, Purpose.INVITE], now=now)
    user = user_by_id(found[0].subject_id) if found else None
    if user is None or not user.is_active or found[0].address != user.email:
        return None
    return found[0], user


def set_password_by_key(key: Key, user: User, password: str, *, now: datetime) -> bool:
    """A new password by a mailed link; nobody is signed in by that, and the second factor stays. False: link used."""
    kept = hash_password(password)
    with transaction():
        if not use_key(key, now=now):
            return False
        user.confirmed_at = user.confirmed_at or now
        _set_password(user, kept, now)
        end_sessions(user.id, now=now)
    return True


def change_password(user: User, password: str, *, now: datetime) -> None:
    """A new password for somebody who has just proven who they are; only this browser stays signed in, anew."""
    kept = hash_password(password)
    with transaction():
        _set_password(user, kept, now)
        session = renew(user, now)
    carry(user, session)


def ask_to_change_address(user: User, address: str, *, now: datetime) -> None:
    """Mail a link to the new address; it counts only once that is opened. A taken address is told so itself (SR-09)."""
    count_tries([*((limit, caller()) for limit in FORM_LIMITS), (CHANGE_LIMIT, str(user.id))], now=now)
    other = user_of(address)
    with transaction():
        revoke_keys(Purpose.CHANGE_ADDRESS, user.id, now=now)
        if other is None:
            key = give_key(Purpose.CHANGE_ADDRESS, user.id, address=address, now=now, lasts=CONFIRM_LASTS)
            mail_key("account_change", to=address, language=user.language, key=key, now=now)
        else:
            key = give_key(Purpose.SIGN_IN, other.id, address=address, now=now, lasts=SIGN_IN_LASTS)
            mail_key("account_exists", to=address, language=other.language, key=key, user=other, now=now)
        audit("address.asked", at=now, user_id=user.id, actor_id=user.id, network=network())


def address_key(plain: str, *, now: datetime) -> tuple[Key, User] | None:
    """The key of a mailed link that proves a new address, and whose it becomes; None when it has ended."""
    key = valid_key(plain, Purpose.CHANGE_ADDRESS, now=now)
    user = user_by_id(key.subject_id) if key else None
    return (key, user) if key is not None and user is not None and user.is_active else None


def change_address(key: Key, user: User, *, now: datetime) -> bool:
    """The new address counts from now on, the old one is told, every session ends; False when it is taken or used."""
    old = user.email
    try:
        with transaction():
            if not use_key(key, now=now):
                return False
            user.email = key.address
            WHEN_CONFIRMED.here()(user, now)
            for purpose in OPENERS:
                revoke_keys(purpose, user.id, now=now)
            tell("account_address", user, to=old, now=now)
            end_sessions(user.id, now=now)
            audit("address.changed", at=now, user_id=user.id, network=network())
    except IntegrityError:
        return False
    return True


def change_profile(user: User, *, name: str, language: str) -> None:
    """Another name or language, inside the caller's transaction."""
    user.name, user.language = name, language


def end_other_sessions(user: User, *, now: datetime) -> None:
    """End every sign-in but that of this browser."""
    here = current_session()
    with transaction():
        end_sessions(user.id, now=now, but=here.id if here else None)
        audit("session.ended_others", at=now, user_id=user.id, actor_id=user.id, network=network())


def renew(user: User, now: datetime) -> str:
    """End every sign-in and begin one for this browser, inside the caller's transaction."""
    end_sessions(user.id, now=now)
    return begin_session(user, now=now, is_half=requires_factor(user) and not user.has_second_factor)


def _set_password(user: User, kept: str, now: datetime) -> None:
    user.password_hash, user.password_changed_at, user.failures = kept, now, 0
    for purpose in OPENERS:
        revoke_keys(purpose, user.id, now=now)
    # Sent before there was an account, they would sign in without the password.
    revoke_keys(Purpose.CONFIRM_ADDRESS, 0, address=user.email, now=now)
    tell("account_password", user, now=now)
    audit("password.changed", at=now, user_id=user.id, network=network())
