"""How often one address may do something; counted before the work."""

import logging
from array import array
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache, wraps
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask
from limits import RateLimitItem, WindowStats, parse_many
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from portal.foundation import clock
from portal.foundation.here import app_here, request_here

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])
Answer = TypeVar("Answer")
_TIDY_SECONDS = 60.0
_AWAY_SECONDS = 10.0
_COUNTED = "portal.counted"
log = logging.getLogger(__name__)


def caller() -> str:
    """The network address that is counted: all of IPv4, the /64 of IPv6, because one household has that many."""
    return _counted_as(request_here().remote_addr or "")


# One form is counted three times.
@lru_cache(maxsize=256)
def _counted_as(sent_from: str) -> str:
    try:
        address = ip_address(sent_from)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


class Limiter:
    """Puts limits on views. A view without one pays nothing."""

    def limit(
        self, rules: str, *, key_func: Callable[[], str] = caller, methods: Collection[str] = ()
    ) -> Callable[[View], View]:
        """At most so many calls of the view, as in `30/minute;200/hour`; TooManyRequests says when to come back.

        `key_func` says who is counted; with `methods` only these are. A refused call does not count.
        """
        items = parse_many(rules)

        def limited(view: View) -> View:
            @wraps(view)
            def counted(*args: Any, **values: Any) -> Any:
                request = request_here()
                if (not methods or request.method in methods) and not request.environ.get(_COUNTED):
                    _count(items, key_func(), str(request.endpoint))
                return view(*args, **values)

            return counted  # type: ignore[return-value]

        return limited


limiter = Limiter()


def count_call(rules: str, who: str, what: str) -> None:
    """Count a call of somebody who is known otherwise than by an address; TooManyRequests says when to come back."""
    _count(_items(rules), who, what)


def is_counted(app: Flask, rules: str, environ: "WSGIEnvironment", endpoint: str) -> bool:
    """Counts a call that is answered without Flask, with those of the view; False: the view refuses it.

    A call that is counted and goes on to the view all the same is not counted there once more.
    """
    windows: Windows = app.extensions["limits"]
    who = _counted_as(environ.get("REMOTE_ADDR", ""))
    environ[_COUNTED] = all([windows.hit(item, who, endpoint) for item in _items(rules)])
    return bool(environ[_COUNTED])


@lru_cache(maxsize=16)
def _items(rules: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(rules))


def set_up_limits(app: Flask, redis_url: str = "") -> None:
    """Count in this process; with Redis, all processes of all machines count together (specs: DR-09, DR-18)."""
    app.extensions["limits"] = Windows(_shared(redis_url) if redis_url else None)


def _shared(address: str) -> MovingWindowRateLimiter:
    patience = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    options: dict[str, Any] = patience | {"wrap_exceptions": True, "key_prefix": "portal"}
    return MovingWindowRateLimiter(storage_from_string(address, **options))


class Windows:
    """What was called how often: counted together, and in this process while the common place is away."""

    def __init__(self, shared: MovingWindowRateLimiter | None) -> None:
        self.own, self._shared = OwnWindows(), shared
        self._away_until = 0.0

    def hit(self, item: RateLimitItem, who: str, what: str) -> bool:
        """Count one call, unless there were too many already; whether it was counted."""
        if self._shared is None:
            return self.own.hit(item, who, what)
        return self._ask(lambda windows: windows.hit(item, who, what))

    def opens_at(self, item: RateLimitItem, who: str, what: str) -> float:
        """When the next call is allowed, in seconds since 1970."""
        return self._ask(lambda windows: windows.get_window_stats(item, who, what).reset_time)

    def _ask(self, question: Callable[["MovingWindowRateLimiter | OwnWindows"], Answer]) -> Answer:
        if self._shared is not None and clock.seconds() >= self._away_until:
            try:
                return question(self._shared)
            except StorageError as error:
                # Nobody waits again and again for what does not answer.
                self._away_until = clock.seconds() + _AWAY_SECONDS
                log.error("alarm: Redis does not answer, limits count in each process: %s", type(error).__name__)
        return question(self.own)


def _count(items: Iterable[RateLimitItem], who: str, what: str) -> None:
    windows: Windows = app_here().extensions["limits"]
    if full := [item for item in items if not windows.hit(item, who, what)]:
        opens = max(windows.opens_at(item, who, what) for item in full)
        raise TooManyRequests(retry_after=max(1, int(opens - clock.now().timestamp()) + 1))


class OwnWindows:
    """Counts in this process, as the strategy of `limits` does.

    The memory that comes with `limits` starts threads and never forgets an address. Here whoever called within the time
    of a limit takes a fifth of a kilobyte: the addresses of an hour are many.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        # By seconds and amount of a limit and what it limits, then by caller: the moments of calls, the oldest first.
        self._calls: dict[tuple[int, int, tuple[str, ...]], dict[str, array[float]]] = {}
        self._tidied = 0.0

    def hit(self, item: RateLimitItem, who: str, *of: str) -> bool:
        """Count a call, unless the window of the item holds as many as it may already; whether it was counted."""
        now, seconds = clock.now().timestamp(), item.get_expiry()
        with self._lock:
            self._tidy(now)
            callers = self._calls.setdefault((seconds, item.amount, of), {})
            calls = callers.get(who)
            if calls is None:
                callers[who] = array("d", (now,))
                return True
            if len(calls) >= item.amount:
                if calls[0] >= now - seconds:
                    return False
                del calls[0]
            calls.append(now)
            return True

    def get_window_stats(self, item: RateLimitItem, who: str, *of: str) -> WindowStats:
        """When the oldest call that still counts leaves the window, and how many more are allowed."""
        now, seconds = clock.now().timestamp(), item.get_expiry()
        with self._lock:
            callers = self._calls.get((seconds, item.amount, of), {})
            calls = [call for call in callers.get(who, ()) if call >= now - seconds]
        return WindowStats((calls[0] if calls else now) + seconds, item.amount - len(calls))

    def forget(self) -> int:
        """Forget every call; of how many callers there were some."""
        with self._lock:
            count = sum(map(len, self._calls.values()))
            self._calls.clear()
        return count

    def _tidy(self, now: float) -> None:
        if now - self._tidied < _TIDY_SECONDS:
            return
        self._tidied = now
        for limit, callers in self._calls.items():
            oldest = now - limit[0]
            # Made anew: what is taken out of a table leaves its room behind.
            self._calls[limit] = {who: calls for who, calls in callers.items() if calls[-1] >= oldest}
