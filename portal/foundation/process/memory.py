"""Memory that was used once goes back to the machine.

The C library of most Linux systems (glibc) keeps what was freed between pieces that are still in use: a process that
has served many different pages holds up to 20 MB of nothing. Other C libraries lack these two calls; there nothing
happens.
"""

import ctypes
from functools import cache
from typing import Any

from portal.foundation import clock

# M_ARENA_MAX of mallopt(3).
_ARENA_MAX = -8
# It takes some milliseconds, in which other threads go on but may wait for memory.
EVERY_SECONDS = 30.0


@cache
def _library() -> Any:
    return ctypes.CDLL(None)


def keep_one_arena() -> None:
    """One arena instead of one for each thread, in this process and those it starts."""
    if hasattr(_library(), "mallopt"):
        _library().mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """What is free goes back now."""
    if hasattr(_library(), "malloc_trim"):
        _library().malloc_trim(0)


class Returns:
    """Gives back twice a minute, however often it is asked."""

    def __init__(self) -> None:
        self._next = clock.seconds() + EVERY_SECONDS

    def look(self) -> None:
        """Give back, if half a minute has passed since the last time."""
        now = clock.seconds()
        if now >= self._next:
            self._next = now + EVERY_SECONDS
            give_back()
