"""Pictures are made anew before anybody sees them, in a process that may not grow (specs: SR-28)."""

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from portal.attachments.inspecting import Refused
from portal.attachments.rules import Reason

# By its path: as a module of the portal it would load the whole portal first.
_SCRIPT = Path(__file__).with_name("remaking.py")
_SECONDS = 30
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
        try:
            child = subprocess.run(  # noqa: S603  (our own script, nothing of what was sent is in the command)
                [sys.executable, "-I", str(_SCRIPT)],
                input=file.read(),
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
    if child.returncode in (_DAMAGED, *_CRASHED):
        raise Refused(Reason.DAMAGED)
    if child.returncode == _TOO_MANY_PIXELS:
        raise Refused(Reason.PIXELS)
    if child.returncode != 0 or len(child.stdout) <= _HEAD_LENGTH:
        return None
    width, height = (int.from_bytes(child.stdout[at : at + 4], "big") for at in (0, 4))
    return Picture(child.stdout[_HEAD_LENGTH:], width, height)
