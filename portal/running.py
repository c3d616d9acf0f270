"""`make run`: the web server and one worker, started and stopped together; whichever worker dies is replaced.

Run as a file, with `python -P portal/running.py`: nothing of the portal is loaded into this process.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

_BIN = Path(sys.executable).parent
WEB = (str(_BIN / "gunicorn"), "--config", "portal/serving.py")
WORKER = (str(_BIN / "flask"), "--app", "app", "work")
_TICK_SECONDS = 0.25
# After a death, in ticks: at once, then slower, and at once again after a minute of life.
_PAUSES = (2, 8, 20, 40)
_LONG_LIFE = 240
# What is under way may take that long, then it is cut.
_PATIENCE = 160
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


class Household:
    """The two processes, and whether they should go on."""

    def __init__(self) -> None:
        self._is_ending = False
        self._environment = dict(os.environ)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)

    def run(self) -> int:
        """Until somebody stops it or the web server ends; its exit status."""
        web, worker = self._started(WEB), self._started(WORKER)
        life = deaths = rest = 0
        while not self._is_ending and web.poll() is None:
            time.sleep(_TICK_SECONDS)
            life += 1
            if worker.poll() is None:
                deaths = 0 if life > _LONG_LIFE else deaths
                rest = _PAUSES[min(deaths, len(_PAUSES) - 1)]
            elif rest:
                rest -= 1
            else:
                print("  alarm: the worker has died and is started again.", file=sys.stderr, flush=True)
                # A place at which tests let it die is passed once.
                self._environment.pop("PORTAL_CRASH_AT", None)
                worker, life, deaths = self._started(WORKER), 0, deaths + 1
        if (web.returncode or 0) < 0:
            # Killed, it could not say so itself; whoever finds the portal gone finds here what took it.
            print(f"  alarm: the web server was ended by signal {-web.returncode}.", file=sys.stderr, flush=True)
        return self._stopped(web, worker)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._is_ending = True

    def _started(self, command: tuple[str, ...]) -> "subprocess.Popen[bytes]":
        # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
        return subprocess.Popen(  # noqa: S603  (both commands are ours)
            command,
            env=self._environment,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  (this process has one thread)
        )

    def _stopped(self, web: "subprocess.Popen[bytes]", worker: "subprocess.Popen[bytes]") -> int:
        for process in (web, worker):
            with suppress(ProcessLookupError):
                process.terminate()
        for process in (web, worker):
            for _tick in range(_PATIENCE):
                if process.poll() is not None:
                    break
                time.sleep(_TICK_SECONDS)
            else:
                process.kill()
                process.wait()
        return 0 if self._is_ending else web.returncode


def _end_with_parent() -> None:
    """In the new process: be told to end when this one is killed (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(Household().run())
