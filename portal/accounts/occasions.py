"""What rooms above do when an address is proven; put in by the composition, because accounts know no rooms above."""

from collections.abc import Callable
from datetime import datetime

from portal.accounts.models import User

_CONFIRMED: list[Callable[[User, datetime], None]] = []


def when_confirmed(follow: Callable[[User, datetime], None]) -> None:
    """Call this function, inside the transaction, whenever an address of an account was proven or changed."""
    if follow not in _CONFIRMED:
        _CONFIRMED.append(follow)


def confirmed(user: User, now: datetime) -> None:
    """The account's present address is proven; inside the caller's transaction."""
    for follow in _CONFIRMED:
        follow(user, now)
