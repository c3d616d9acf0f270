"""Whose account a mailed link is about, as long as it is closed."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, url_for

from portal.accounts.access import current_user
from portal.accounts.models import User
from portal.accounts.queries import user_by_id
from portal.departure.models import AccountClosing
from portal.departure.queries import closing_of
from portal.keys.models import Key
from portal.keys.queries import valid_key
from portal.keys.rules import Purpose


@dataclass(frozen=True)
class Closed:
    """A closed account in the hands of whoever reads its address."""

    user: User
    closing: AccountClosing
    key: Key


def closed_account(plain: str, *, now: datetime) -> Closed | None:
    """The closed account of a mailed link; None when the link does not work or the account is open again."""
    key = valid_key(plain, Purpose.CLOSED_ACCOUNT, now=now)
    user = user_by_id(key.subject_id) if key else None
    closing = closing_of(user.id) if user else None
    if key is None or user is None or closing is None or not user.is_active:
        return None
    return Closed(user, closing, key)


def own_account() -> User:
    """The customer of this request; staff, whose accounts the company opens and ends, are led to their overview."""
    user = current_user()
    if user is None or user.is_staff:
        abort(redirect(url_for("customers.overview"), 303))
    return user
