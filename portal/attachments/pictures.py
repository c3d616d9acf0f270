"""Pictures are made anew before anybody sees them, in a process that may not grow (specs: SR-28)."""

import signal
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import BinaryIO

from portal.attachments.inspecting import Refused
from portal.attachments.rules import Reason
from portal.foundation.outside.bounded import Bounds, run_bounded

_MODULE = "portal.attachments.remaking"
_BOUNDS = Bounds(growth=200 * 1024 * 1024, seconds=10)
# Two at a time in one web process, so that many pictures at once cost time and not memory.
_TURNS = BoundedSemaphore(2)
_DAMAGED, _TOO_MANY_PIXELS = 3, 4
_CRASHED = (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL)
_HEAD_LENGTH = 8


@dataclass(frozen=True)
class Picture:
    """A picture that is ours: WebP, without anything but pixels."""

    content: bytes
    width: int
    height: int


def remade(file: BinaryIO) -> Picture | None:
    """The picture in a file, made anew; None when it is too much for the child process: then it is only kept.

    Refused when it is damaged or has more pixels than allowed.
    """
    file.seek(0)
    with _TURNS:
        child = run_bounded(_MODULE, file.read(), _BOUNDS)
    if child is None:
        return None
    if child.status in (_DAMAGED, *_CRASHED):
        raise Refused(Reason.DAMAGED)
    if child.status == _TOO_MANY_PIXELS:
        raise Refused(Reason.PIXELS)
    if child.status != 0 or len(child.written) <= _HEAD_LENGTH:
        return None
    width, height = (int.from_bytes(child.written[at : at + 4], "big") for at in (0, 4))
    return Picture(child.written[_HEAD_LENGTH:], width, height)
