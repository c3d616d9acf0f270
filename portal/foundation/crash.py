"""Places at which tests let a process die, to prove that nothing acknowledged is lost; asleep unless armed."""

import os
import signal

_armed: dict[str, int] = {}


def arm(points: tuple[str, ...]) -> None:
    """Die at these points: `name`, or `name:3` for the third time; only `PORTAL_CRASH_AT` says so, never production."""
    _armed.clear()
    for point in points:
        name, _, time = point.partition(":")
        _armed[name] = int(time or 1)


def crash_point(name: str) -> None:
    """End this process at once, as `kill -9` would, if somebody armed this point."""
    if name in _armed:
        _armed[name] -= 1
        if not _armed[name]:
            os.kill(os.getpid(), signal.SIGKILL)
