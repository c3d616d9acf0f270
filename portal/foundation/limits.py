"""How often one address may do something; counted before the work."""

import importlib
import logging
import re
from array import array
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from flask import Flask
from werkzeug.exceptions import TooManyRequests

from portal.foundation import clock
from portal.foundation.web.here import OnePerApp, request_here

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])
Answer = TypeVar("Answer")
_TIDY_SECONDS = 60.0
# So long a moment stands for all that happens in it.
_SHARED_SECONDS = 0.1
# A number of sixty bits is two digits of Python's, 32 bytes; with one more it takes 48.
_TWO_DIGITS = (1 << 60) - 1
_AWAY_SECONDS = 10.0
_COUNTED = "portal.counted"
_RULE = re.compile(r"(\d+)(?:/| per )(?:(\d+) )?(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
log = logging.getLogger(__name__)


class Limit(NamedTuple):
    """So many calls in so many seconds."""

    amount: int
    seconds: int


class Away(Exception):
    """The place where processes count together does not answer."""


class Counting(Protocol):
    """What counts calls."""

    def hit(self, limit: Limit, who: str, what: str) -> bool:
        """Count one call, unless there were too many already; whether it was counted."""

    def opens_at(self, limit: Limit, who: str, what: str) -> float:
        """When the next call is allowed, in seconds since 1970."""


@lru_cache(maxsize=64)
def limits_of(rules: str) -> tuple[Limit, ...]:
    """`5/10 minutes;20/hour` as limits; ValueError for what says none."""
    found = [_RULE.fullmatch(each.strip()) for each in rules.split(";")]
    if not all(found):
        raise ValueError(f"{rules!r} is no limit")
    return tuple(Limit(int(each[1]), int(each[2] or 1) * _SECONDS[each[3]]) for each in found if each)


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

    def limit(self, rules: str) -> Callable[[View], View]:
        """At most so many calls of the view from an address, as in `30/minute;200/hour`; a refused one does not count.

        TooManyRequests says when to come back.
        """
        limits = limits_of(rules)

        def limited(view: View) -> View:
            @wraps(view)
            def counted(*args: Any, **values: Any) -> Any:
                request = request_here()
                if not request.environ.get(_COUNTED):
                    _count(limits, caller(), str(request.endpoint))
                return view(*args, **values)

            return counted  # type: ignore[return-value]

        return limited


limiter = Limiter()


def count_call(rules: str, who: str, what: str) -> None:
    """Count a call of somebody who is known otherwise than by an address; TooManyRequests says when to come back."""
    _count(limits_of(rules), who, what)


def is_counted(app: Flask, rules: str, environ: "WSGIEnvironment", endpoint: str) -> bool:
    """Counts a call that is answered without Flask, with those of the view; False: the view refuses it.

    A call that is counted and goes on to the view all the same is not counted there once more.
    """
    windows = WINDOWS.of(app)
    who = _counted_as(environ.get("REMOTE_ADDR", ""))
    environ[_COUNTED] = all([windows.hit(limit, who, endpoint) for limit in limits_of(rules)])
    return bool(environ[_COUNTED])


def set_up_limits(app: Flask, redis_url: str) -> None:
    """Count in this process; with Redis, all processes of all machines count together (specs: DR-09, DR-18)."""
    WINDOWS.put(app, Windows(_shared(redis_url) if redis_url else None))


def _shared(address: str) -> Counting:
    # What asks Redis is loaded where there is one.
    made: Counting = importlib.import_module("portal.foundation.shared_limits").SharedWindows(address)
    return made


class Windows:
    """What was called how often: counted together, and in this process while the common place is away."""

    def __init__(self, shared: Counting | None) -> None:
        self.own, self._shared = OwnWindows(), shared
        self._away_until = 0.0

    def hit(self, limit: Limit, who: str, what: str) -> bool:
        """Count one call, unless there were too many already; whether it was counted."""
        if self._shared is None:
            return self.own.hit(limit, who, what)
        return self._ask(lambda windows: windows.hit(limit, who, what))

    def opens_at(self, limit: Limit, who: str, what: str) -> float:
        """When the next call is allowed, in seconds since 1970."""
        return self._ask(lambda windows: windows.opens_at(limit, who, what))

    def _ask(self, question: Callable[[Counting], Answer]) -> Answer:
        if self._shared is not None and clock.seconds() >= self._away_until:
            try:
                return question(self._shared)
            except Away as error:
                # Nobody waits again and again for what does not answer.
                self._away_until = clock.seconds() + _AWAY_SECONDS
                log.error("alarm: Redis does not answer, limits count in each process: %s", error)
        return question(self.own)


WINDOWS = OnePerApp[Windows]("limits")


def _count(limits: Iterable[Limit], who: str, what: str) -> None:
    windows = WINDOWS.here()
    if full := [limit for limit in limits if not windows.hit(limit, who, what)]:
        opens = max(windows.opens_at(limit, who, what) for limit in full)
        raise TooManyRequests(retry_after=max(1, int(opens - clock.now().timestamp()) + 1))


class OwnWindows:
    """Counts in this process: a window that moves, as Redis counts.

    The addresses of an hour are many, and most of them call once: such a caller takes some seventy bytes, a number
    made of the address and one moment that is shared with all who called in the same tenth of a second.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        # By limit and what it limits, then by caller: when the only call was, or the moments of all, the oldest first.
        self._calls: dict[tuple[Limit, str], dict[int, float | array[float]]] = {}
        self._tidied = self._moment = 0.0

    def hit(self, limit: Limit, who: str, what: str) -> bool:
        """Count a call, unless the window of the limit holds as many as it may already; whether it was counted."""
        key = _number_of(who)
        with self._lock:
            now = self._now()
            self._tidy(now)
            callers = self._calls.setdefault((limit, what), {})
            calls = callers.get(key)
            if calls is None:
                callers[key] = now
                return True
            if isinstance(calls, float):
                calls = callers[key] = array("d", (calls,))
            if len(calls) >= limit.amount:
                if calls[0] >= now - limit.seconds:
                    return False
                del calls[0]
            calls.append(now)
            return True

    def opens_at(self, limit: Limit, who: str, what: str) -> float:
        """When the oldest call that still counts leaves the window, in seconds since 1970."""
        with self._lock:
            now = self._now()
            calls = self._calls.get((limit, what), {}).get(_number_of(who), ())
            every = (calls,) if isinstance(calls, float) else calls
            return next((call for call in every if call >= now - limit.seconds), now) + limit.seconds

    def forget(self) -> int:
        """Forget every call; of how many callers there were some."""
        with self._lock:
            count = sum(map(len, self._calls.values()))
            self._calls.clear()
        return count

    def _now(self) -> float:
        now = clock.now().timestamp()
        # A clock that was set back counts from there on.
        if not 0 <= now - self._moment < _SHARED_SECONDS:
            self._moment = now
        return self._moment

    def _tidy(self, now: float) -> None:
        if now - self._tidied < _TIDY_SECONDS:
            return
        self._tidied = now
        for (limit, what), callers in self._calls.items():
            oldest = now - limit.seconds
            # Made anew: what is taken out of a table leaves its room behind.
            self._calls[limit, what] = {who: calls for who, calls in callers.items() if _last(calls) >= oldest}


def _number_of(who: str) -> int:
    """Half the bytes of an address. Nobody can choose two with the same one: each process hashes in its own way."""
    return hash(who) & _TWO_DIGITS


def _last(calls: "float | array[float]") -> float:
    return calls if isinstance(calls, float) else calls[-1]
