"""Child processes of the keeper: one builder, one indexer; ended when they hang, started again with pauses."""

import logging
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

from portal.foundation import clock

MAX_SECONDS = 1800.0
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 120.0
BUSY = 3
log = logging.getLogger(__name__)

# The children need the library and the search package, not the web application that the package's first file builds.
START = (
    "import importlib, sys, types; package = types.ModuleType('portal'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['portal'] = package; sys.exit(importlib.import_module(sys.argv[2]).main(sys.argv[3:]))"
)


@dataclass(slots=True)
class Child:
    """One kind of child process; `start` again only when the last one has ended and its pause is over."""

    module: str
    package: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    code: int = 0
    ended: float = field(default_factory=lambda: -LONGEST_PAUSE)

    @property
    def is_running(self) -> bool:
        """Looks after the process as well: what hangs is ended, what failed makes the next one wait longer."""
        if self.process is None:
            return False
        code = self.process.poll()
        if code is None and clock.seconds() - self.started > MAX_SECONDS:
            log.error("%s hangs and is ended", self.module)
            self.process.kill()
            code = self.process.wait()
        if code is not None:
            self._note_end(code)
        return code is None

    def start(self, arguments: list[str]) -> bool:
        """Start one unless one runs or the pause after a failure is not over; whether it was started."""
        if self.is_running or clock.seconds() - self.ended < self.pause:
            return False
        command = [sys.executable, "-c", START, self.package, self.module, *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603
        self.started = clock.seconds()
        return True

    def run(self, arguments: list[str]) -> bool:
        """Wait for a running one, then run one to its end; whether it succeeded."""
        end = clock.seconds() + MAX_SECONDS
        while clock.seconds() < end:
            while not self.wait(1.0):
                continue
            self.pause = 0.0
            self.start(arguments)
            while not self.wait(1.0):
                continue
            if self.code != BUSY:
                break
            time.sleep(0.2)
        return self.code == 0

    def wait(self, seconds: float) -> bool:
        """Give it time to end; whether none is running now."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=seconds)
        return not self.is_running

    def end(self) -> None:
        """End a running one; what it has not published is lost, what was there stays."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _note_end(self, code: int) -> None:
        self.process, self.code = None, code
        self.ended = clock.seconds()
        is_fine = code in (0, BUSY)
        self.pause = 0.0 if is_fine else min(LONGEST_PAUSE, max(FIRST_PAUSE, self.pause * 2))
        if not is_fine:
            log.error("%s ended with %s; next try in %.0f s", self.module, code, self.pause)
