"""Imports what the portal needs, then becomes whatever process it is asked for: see `tests/warm.py`."""

import gc
import json
import os
import runpy
import select
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

# Imported here so that nobody whom this process bears has to.
import flask.cli  # noqa: F401

import portal.cli
import portal.faq.library.building.build
import portal.faq.library.building.indexing
import portal.faq.library.tools.trial
import portal.rounds
import portal.worker  # noqa: F401

_LONGEST = 1_000_000


def main() -> None:
    """Fork for each request until nobody can ask any more; only children return, with what they are to run."""
    gc.collect()
    gc.freeze()
    line = socket.socket(fileno=int(sys.argv[1]))
    alive: dict[int, tuple[int, int]] = {}
    while True:
        ready = select.select([line, *alive], [], [])[0]
        for each in ready:
            if each is not line:
                _tell_end(*alive.pop(each), each)
        if line in ready:
            asked, fds, _flags, _from = socket.recv_fds(line, _LONGEST, 4)
            if not asked:
                return
            pid = os.fork()
            if not pid:
                _become(json.loads(asked), fds)
                return
            for end in fds[:3]:
                os.close(end)
            os.write(fds[3], struct.pack("i", pid))
            alive[os.pidfd_open(pid)] = pid, fds[3]


def _tell_end(pid: int, tell: int, watched: int) -> None:
    status = os.waitpid(pid, 0)[1]
    os.close(watched)
    with suppress(BrokenPipeError):
        os.write(tell, struct.pack("i", status))
    os.close(tell)


def _become(asked: dict, fds: list[int]) -> None:
    """Files, folder and environment of the new process; nothing of its mother's stays open."""
    for number, end in enumerate(fds[:3]):
        os.dup2(end, number)
    os.closerange(3, max(fds) + 1)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv[:] = asked["command"]


def run() -> None:
    """The program of the command in `sys.argv`, as Python would begin it."""
    if sys.argv[0] != sys.executable:
        sys.path[0] = str(Path(sys.argv[0]).parent)
        runpy.run_path(sys.argv[0], run_name="__main__")
        return
    _python, how, what, *_ = sys.argv
    sys.argv[:] = ["-c", *sys.argv[3:]]
    if how == "-c":
        exec(what, {"__name__": "__main__"})
    else:
        runpy.run_module(what, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
    if not sys.argv[0].endswith("warm_mother.py"):
        run()
