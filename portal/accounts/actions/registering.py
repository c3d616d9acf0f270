"""An account begins with a mailed link: nothing is kept about an address before somebody who reads it says so."""

from datetime import datetime

from portal.accounts.access import network
from portal.accounts.actions.signing_in import CompanySignInNeeded, enter, must_use_company, take_seat
from portal.accounts.models import User
from portal.accounts.notices import mail_key
from portal.accounts.occasions import WHEN_CONFIRMED
from portal.accounts.passwords import hash_password
from portal.accounts.queries import user_of
from portal.accounts.rules import CONFIRM_LASTS, FORM_LIMITS, REGISTER_LIMIT, SIGN_IN_LASTS, Role
from portal.accounts.tries import count_tries
from portal.foundation.database import db, insert_once, transaction
from portal.foundation.limits import caller
from portal.journal.actions import audit
from portal.keys.actions import give_key, use_key
from portal.keys.models import Key
from portal.keys.queries import valid_key
from portal.keys.rules import Purpose


def ask_to_register(address: str, *, language: str, now: datetime) -> None:
    """Mail a link to an address: to begin an account or, if it has one, to sign in; both take equally long (SR-09)."""
    count_tries([*((limit, caller()) for limit in FORM_LIMITS), (REGISTER_LIMIT, address)], now=now)
    user = user_of(address)
    with transaction():
        if user is not None:
            key = give_key(Purpose.SIGN_IN, user.id, address=address, now=now, lasts=SIGN_IN_LASTS)
            mail_key("account_exists", to=address, language=user.language, key=key, user=user, now=now)
        else:
            key = give_key(Purpose.CONFIRM_ADDRESS, 0, address=address, now=now, lasts=CONFIRM_LASTS)
            mail_key("account_confirm", to=address, language=language, key=key, now=now)
        audit("account.asked", at=now, user_id=user.id if user else None, network=network())


def registration_key(plain: str, *, now: datetime) -> Key | None:
    """The key of a mailed link that begins an account, as long as it works."""
    return valid_key(plain, Purpose.CONFIRM_ADDRESS, now=now)


def begin_account(key: Key, *, name: str, password: str, language: str, now: datetime) -> User | None:
    """Make the account of the address that the key proves, and sign its owner in; None when the key was used.

    An address that has an account by now keeps it as it is: the link proves the address, no more. CompanySignInNeeded
    when it belongs to the staff by now and only the company's provider lets them in.
    """
    kept = hash_password(password) if password else None
    with transaction():
        if not use_key(key, now=now):
            return None
        user = _user_of(key.address, name=name, password_hash=kept, language=language, now=now)
        if must_use_company(user):
            raise CompanySignInNeeded
        WHEN_CONFIRMED.here()(user, now)
        session = enter(user, how="registered", now=now)
    return take_seat(user, session)


def _user_of(address: str, *, name: str, password_hash: str | None, language: str, now: datetime) -> User:
    values = {
        "email": address,
        "name": name,
        "language": language,
        "role": Role.CUSTOMER.value,
        "password_hash": password_hash,
        "password_changed_at": now if password_hash else None,
        "confirmed_at": now,
        "failures": 0,
        "created_at": now,
    }
    is_new = db.session.execute(insert_once(User, values)).rowcount == 1  # type: ignore[attr-defined]
    user = user_of(address)
    if user is None:
        raise RuntimeError("an account that was just made is gone")
    audit("account.confirmed", at=now, user_id=user.id, actor_id=user.id, network=network(), is_new=is_new)
    return user
