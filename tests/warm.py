"""Processes of Python that begin with everything imported: a mother of theirs has done that once, and forks.

To import the portal takes longer than most of what a test wants such a process for. Only commands of `_KNOWN` begin
like this; all others, among them the web server, start as they do in the world.
"""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any

from portal.faq.library.building.children import START

_PYTHON = sys.executable
_KNOWN = (
    (_PYTHON, "-c", START),
    (_PYTHON, "-m", "tests.leaving.declaring_process"),
    (str(Path(_PYTHON).parent / "flask"), "--app", "app"),
)
_Popen = subprocess.Popen


class Mother:
    """The process that has everything imported; started when the first one is wanted."""

    def __init__(self) -> None:
        self._lock, self._line = Lock(), None

    def bear(self, command: list[str], cwd: Any, env: Any, fds: list[int]) -> tuple[int, int]:
        """Start it with these three files as its input, output and errors; its number, and where its status comes."""
        told, tell = os.pipe()
        asked = {"command": command, "cwd": os.fspath(cwd or Path.cwd()), "env": dict(env or os.environ)}
        with self._lock:
            socket.send_fds(self._reached(), [json.dumps(asked).encode()], [*fds, tell])
        os.close(tell)
        return struct.unpack("i", os.read(told, 4))[0], told

    def _reached(self) -> socket.socket:
        if self._line is None:
            self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            command = [sys.executable, "-P", "-m", "tests.warm_mother", str(theirs.fileno())]
            root = Path(__file__).parents[1]
            environment = os.environ | {"PYTHONPATH": str(root)}
            _Popen(command, pass_fds=[theirs.fileno()], cwd=root, env=environment, stdin=subprocess.DEVNULL)
            theirs.close()
        return self._line


MOTHER = Mother()


class Popen(_Popen):
    """`subprocess.Popen`, which lets the mother start what she knows."""

    _told = -1

    def _execute_child(self, args: Any, executable: Any, preexec_fn: Any, *how: Any) -> None:
        """`how`: close_fds, pass_fds, cwd, env, startupinfo, creationflags, shell, six ends of pipes, rarer things."""
        _close, passed, cwd, env, *_others = how
        pipes = how[7:13]
        if preexec_fn or passed or not hasattr(os, "pidfd_open") or not _is_known(args):
            super()._execute_child(args, executable, preexec_fn, *how)  # type: ignore[misc]
            return
        ends = [end if end != -1 else number for number, end in enumerate((pipes[0], pipes[3], pipes[5]))]
        self.pid, self._told = MOTHER.bear([*map(os.fspath, args)], cwd, env, ends)
        self._child_created = True
        self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        if self._told == -1:
            return super()._try_wait(wait_flags)  # type: ignore[misc,no-any-return]
        os.set_blocking(self._told, not wait_flags & os.WNOHANG)
        try:
            said = os.read(self._told, 4)
        except BlockingIOError:
            return 0, 0
        os.close(self._told)
        # Without a word the mother has gone, and whoever she had started with her.
        return self.pid, struct.unpack("i", said)[0] if said else signal.SIGKILL

    def _internal_poll(self, _deadstate: int | None = None, **how: Any) -> int | None:
        if self._told != -1:
            how = {"_waitpid": lambda _pid, flags: self._try_wait(flags)}
        return super()._internal_poll(_deadstate, **how)  # type: ignore[misc,no-any-return]


def _is_known(args: Any) -> bool:
    if isinstance(args, (str, bytes, os.PathLike)):
        return False
    return tuple(map(os.fspath, args[:3])) in _KNOWN
