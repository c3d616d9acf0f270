"""Calls that the processes of all machines count together, in Redis; loaded only where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from portal.foundation.limits import Away, Limit


class SharedWindows:
    """Raises `Away` when Redis does not answer within a fifth of a second."""

    def __init__(self, address: str) -> None:
        patience = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
        options: dict[str, Any] = patience | {"wrap_exceptions": True, "key_prefix": "portal"}
        self._windows = MovingWindowRateLimiter(storage_from_string(address, **options))

    def hit(self, limit: Limit, who: str, what: str) -> bool:
        """Count one call, unless there were too many already; whether it was counted."""
        with _away():
            return self._windows.hit(_item(limit), who, what)

    def opens_at(self, limit: Limit, who: str, what: str) -> float:
        """When the next call is allowed, in seconds since 1970."""
        with _away():
            return self._windows.get_window_stats(_item(limit), who, what).reset_time


def _item(limit: Limit) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit.amount, limit.seconds)


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except StorageError as error:
        raise Away(type(error).__name__) from error
