"""Sign in by password or by a mailed link, give the second factor, sign out."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update

from portal.accounts.access import current_session, network, requires_factor
from portal.accounts.company_sign_in.provider import PROVIDER, company_sign_in_name
from portal.accounts.models import User
from portal.accounts.notices import mail_key, tell
from portal.accounts.passwords import hash_password, is_password, needs_new_hash
from portal.accounts.queries import user_by_id, user_of
from portal.accounts.rules import (
    CONFIRM_LASTS,
    FACTOR_LIMITS,
    FORM_LIMITS,
    LINK_LIMIT,
    LOGIN_ADDRESS,
    LOGIN_ALL,
    LOGIN_NETWORK,
    MOST_FAILURES,
    PROOF_LIMIT,
    RESET_LASTS,
    SIGN_IN_LASTS,
)
from portal.accounts.second_factor import matching_step, recovery_codes_left, use_recovery_code, use_step
from portal.accounts.sessions import begin_session, carry, end_session, forget
from portal.accounts.tries import count_tries
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.limits import caller
from portal.journal.actions import audit
from portal.keys.actions import give_key, use_key
from portal.keys.models import Key
from portal.keys.queries import valid_keys
from portal.keys.rules import Purpose


class CompanySignInNeeded(PortalError):
    """Whoever works here signs in by the company's provider alone."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("Whoever works here signs in with %(name)s.", name=company_sign_in_name()))


def sign_in(address: str, password: str, *, now: datetime) -> User | None:
    """Sign in this browser; None when address and password do not belong together, whatever the reason.

    TooMany before the password is looked at. An unknown address costs the same work as a known one (SR-09).
    """
    # By itself: who is refused already must not use up what all the others have together.
    count_tries([(LOGIN_NETWORK, caller())], now=now)
    count_tries([(LOGIN_ALL, ""), (LOGIN_ADDRESS, address)], now=now)
    user = user_of(address)
    is_right = is_password(password, user.password_hash if user else None)
    may = user is not None and user.is_active and user.failures < MOST_FAILURES and not must_use_company(user)
    if user is None or not is_right or not may:
        _note_failure(user, now)
        return None
    kept = user.password_hash or ""
    stronger = hash_password(password) if needs_new_hash(kept) else kept
    with transaction():
        user.failures, user.password_hash = 0, stronger
        session = enter(user, how="password", now=now)
    return take_seat(user, session)


def ask_for_link(address: str, *, language: str, next_path: str, now: datetime) -> None:
    """Mail a link to sign in or, where there is no account, one to begin one; both take equally long (SR-09)."""
    count_tries([*((limit, caller()) for limit in FORM_LIMITS), (LINK_LIMIT, address)], now=now)
    user = user_of(address)
    with transaction():
        if user is not None:
            key = give_key(Purpose.SIGN_IN, user.id, address=address, now=now, lasts=SIGN_IN_LASTS)
            mail_key("account_sign_in", to=address, language=user.language, key=key, user=user, now=now, next=next_path)
        else:
            key = give_key(Purpose.CONFIRM_ADDRESS, 0, address=address, now=now, lasts=CONFIRM_LASTS)
            mail_key("account_unknown", to=address, language=language, key=key, now=now)
        audit("account.link_asked", at=now, user_id=user.id if user else None, network=network())


def link_key(plain: str, *, now: datetime) -> tuple[Key, User] | None:
    """The key of a link to sign in and whom it signs in; None when it does not work any more.

    CompanySignInNeeded for a mailed one of the staff where only the company's provider lets them in.
    """
    found = valid_keys([plain], [Purpose.SIGN_IN, Purpose.LET_IN], now=now)
    user = user_by_id(found[0].subject_id) if found else None
    if user is None or not user.is_active or found[0].address != user.email:
        return None
    if found[0].purpose == Purpose.SIGN_IN and must_use_company(user):
        raise CompanySignInNeeded
    return found[0], user


def sign_in_by_link(key: Key, user: User, *, now: datetime) -> User | None:
    """Use up the link and sign in this browser; None when somebody was faster."""
    with transaction():
        if not use_key(key, now=now):
            return None
        session = enter(user, how="link", now=now)
    return take_seat(user, session)


def must_use_company(user: User) -> bool:
    """Whether the operator lets this person in by the company's provider alone."""
    provider = PROVIDER.here()
    return provider is not None and provider.oidc.is_required and user.is_staff


def enter(user: User, *, how: str, now: datetime, is_vouched: bool = False, is_proof: bool = True) -> str:
    """The key of a new session inside the caller's transaction; half of one while a second factor is to come.

    `is_vouched`: somebody whom the operator trusts has asked for one. `is_proof`: as `add_session` has it.
    """
    if not user.is_active:
        return ""
    is_half = not is_vouched and (user.has_second_factor or requires_factor(user))
    audit("session.begun", at=now, user_id=user.id, actor_id=user.id, network=network(), how=how, is_half=is_half)
    return begin_session(user, now=now, is_half=is_half, is_proof=is_proof)


def take_seat(user: User, session: str) -> User | None:
    """Give this browser its session after the transaction; None for somebody who may not sign in."""
    if not session:
        return None
    carry(user, session)
    return user


def give_factor(user: User, code: str, *, now: datetime) -> bool:
    """Make the half sign-in a whole one by a code of the app or a recovery code; TooMany before it is looked at."""
    count_tries([(limit, str(user.id)) for limit in FACTOR_LIMITS], now=now)
    step = matching_step(user, code, now)
    with transaction():
        how = _used(user, code, step, now)
        if how:
            audit("session.begun", at=now, user_id=user.id, actor_id=user.id, network=network(), how=how, is_half=False)
            session = begin_session(user, now=now)
            if how == "recovery":
                tell("account_factor", user, now=now, what="recovery", left=recovery_codes_left(user))
        else:
            audit("factor.failed", at=now, user_id=user.id, network=network())
    if how:
        carry(user, session)
    return bool(how)


def prove(user: User, password: str, *, now: datetime) -> bool:
    """Show once more who this is, by the password; TooMany before it is looked at.

    CompanySignInNeeded where only the company's provider lets this person in: what opens no door proves nobody either.
    """
    if must_use_company(user):
        raise CompanySignInNeeded
    count_tries([(PROOF_LIMIT, str(user.id))], now=now)
    session, is_right = current_session(), is_password(password, user.password_hash)
    if session is None or not is_right or user.failures >= MOST_FAILURES:
        _note_failure(user, now)
        return False
    with transaction():
        session.proved_at, user.failures = now, 0
        audit("session.proved", at=now, user_id=user.id, actor_id=user.id, network=network())
    return True


def sign_out(*, now: datetime) -> None:
    """End the session of this browser, whole or half, and take its key away."""
    session = current_session()
    if session is not None:
        with transaction():
            end_session(session.id, user_id=session.user_id, now=now)
            audit("session.ended", at=now, user_id=session.user_id, actor_id=session.user_id, network=network())
    forget()


def _used(user: User, code: str, step: int | None, now: datetime) -> str:
    if step is not None:
        return "code" if use_step(user, step) else ""
    return "recovery" if use_recovery_code(user, code, now) else ""


def _note_failure(user: User | None, now: datetime) -> None:
    """Count a wrong password; the hundredth in a row mails a link for a new one, the old one is dead by then."""
    user_id = user.id if user else 0
    raising = (
        update(User)
        .where(User.id == user_id)
        .values(failures=User.failures + 1)
        .returning(User.failures)
        .execution_options(synchronize_session=False)
    )
    with transaction():
        failures = db.session.scalar(raising)
        audit("sign_in.failed", at=now, user_id=user_id or None, network=network())
        if user is not None and failures == MOST_FAILURES:
            key = give_key(Purpose.RESET_PASSWORD, user.id, address=user.email, now=now, lasts=RESET_LASTS)
            mail_key("account_reset", to=user.email, language=user.language, key=key, user=user, now=now)
