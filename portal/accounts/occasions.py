"""What rooms above do when an address is proven or somebody comes back; put in by the composition."""

from collections.abc import Callable
from datetime import datetime

from portal.accounts.models import User

_CONFIRMED: list[Callable[[User, datetime], None]] = []
_RETURNED: list[Callable[[User, datetime], None]] = []


def when_confirmed(follow: Callable[[User, datetime], None]) -> None:
    """Call this function, inside the transaction, whenever an address of an account was proven or changed."""
    if follow not in _CONFIRMED:
        _CONFIRMED.append(follow)


def when_returned(follow: Callable[[User, datetime], None]) -> None:
    """Call this function, inside the transaction, whenever somebody signs in whose account they had closed."""
    if follow not in _RETURNED:
        _RETURNED.append(follow)


def returned(user: User, now: datetime) -> None:
    """The owner of a closed account signs in; inside the caller's transaction."""
    for follow in _RETURNED:
        follow(user, now)


def confirmed(user: User, now: datetime) -> None:
    """The account's present address is proven; inside the caller's transaction."""
    for follow in _CONFIRMED:
        follow(user, now)
