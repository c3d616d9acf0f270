"""What somebody is told who leaves; the last mail itself is erased within a day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.accounts.models import User
from portal.departure.models import AccountClosing
from portal.keys.rules import new_key
from portal.notifications.actions import notify
from portal.notifications.rules import MailKind

LAST_MAIL = "departure_erased"
MAILS = (MailKind("departure_closed"), MailKind("departure_reopened"), MailKind(LAST_MAIL))


def tell_closed(
    user: User, closing: AccountClosing, *, key: str, list_key: str, numbers: Sequence[str], now: datetime
) -> None:
    """The account is closed: how to open it again, take the data along, and where open questions are."""
    until = {"undo_until": closing.undo_until.isoformat(), "erase_at": closing.erase_at.isoformat()}
    payload = {"name": user.name, "key": key, "list_key": list_key, "numbers": list(numbers), **until}
    _tell("departure_closed", user, payload, ("user", user.id), now)


def tell_reopened(user: User, *, now: datetime) -> None:
    """The account is open again, so that its owner knows if it was somebody else."""
    _tell("departure_reopened", user, {"name": user.name}, ("user", user.id), now)


def tell_erased(address: str, name: str, language: str, kept: Sequence[dict[str, str]], *, now: datetime) -> None:
    """The data is gone; what stays is named. About nothing: there is nothing left that it could be about."""
    payload = {"name": name, "kept": list(kept)}
    notify(
        LAST_MAIL,
        to=address,
        language=language,
        about=("nothing", 0),
        stamp=new_key(),
        payload=payload,
        now=now,
        is_confirmed=True,
    )


def _tell(kind: str, user: User, payload: dict[str, Any], about: tuple[str, int], now: datetime) -> None:
    notify(
        kind,
        to=user.email,
        language=user.language,
        about=about,
        stamp=new_key(),
        payload=payload,
        now=now,
        is_confirmed=True,
    )
