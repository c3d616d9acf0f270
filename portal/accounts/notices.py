"""Who is told what about an account; keys of links travel in the payload and leave it once the mail is out."""

from datetime import datetime
from typing import Any

from portal.accounts.models import User
from portal.keys.rules import digest, new_key
from portal.notifications.actions import notify
from portal.notifications.rules import MailKind

MAILS = (
    MailKind("account_confirm", shown_unconfirmed=frozenset({"key"}), anyone_can_cause=True),
    MailKind("account_unknown", shown_unconfirmed=frozenset({"key"}), anyone_can_cause=True),
    MailKind("account_change", shown_unconfirmed=frozenset({"key"}), anyone_can_cause=True),
    MailKind("account_exists", anyone_can_cause=True),
    MailKind("account_sign_in", anyone_can_cause=True),
    MailKind("account_reset", anyone_can_cause=True),
    MailKind("account_invited", shown_unconfirmed=frozenset({"key", "begin_with"})),
    MailKind("account_password"),
    MailKind("account_address"),
    MailKind("account_factor"),
    MailKind("account_company"),
)


def mail_key(
    kind: str, *, to: str, language: str, key: str, now: datetime, user: User | None = None, **further: Any
) -> None:
    """Send a link with a key; without `user` the address is not confirmed and no name is used."""
    payload = {"key": key, **further} | ({"name": user.name} if user else {})
    _mail(kind, to, language, payload, stamp=digest(key)[:32], user=user, now=now)


def tell(kind: str, user: User, *, now: datetime, to: str = "", **payload: Any) -> None:
    """Tell somebody what has changed in their account, at the present address or at `to`."""
    _mail(kind, to or user.email, user.language, {"name": user.name, **payload}, stamp=new_key(), user=user, now=now)


def _mail(
    kind: str, to: str, language: str, payload: dict[str, Any], *, stamp: str, user: User | None, now: datetime
) -> None:
    notify(
        kind,
        to=to,
        language=language,
        about=("user", user.id if user else 0),
        stamp=stamp,
        payload=payload,
        now=now,
        is_confirmed=user is not None and kind != "account_invited",
    )
