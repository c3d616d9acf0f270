"""Writers of one SQLite file stand in line. SQLite alone lets each of them guess when to ask again, and some starve."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from portal.foundation import clock


class WriterLine:
    """A lock that all threads of all processes on one machine share; whoever dies gives it back.

    It makes nothing safer: SQLite's own lock does that. It makes waiting short and fair.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: tuple[int, _LineOfProcesses] | None = None

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for the turn; whoever has waited that long goes on without it and leaves the word to SQLite."""
        end = clock.seconds() + seconds
        is_first = self._lock.acquire(timeout=seconds)
        held = self._held(end) if is_first else None
        try:
            yield
        finally:
            if held is not None:
                held.leave()
            if is_first:
                self._lock.release()

    def _held(self, end: float) -> "_LineOfProcesses | None":
        try:
            line = self._own_line()
            return line if line.enter(max(0.0, end - clock.seconds())) else None
        except OSError:
            return None  # a folder that takes no file: SQLite says what is wrong

    def _own_line(self) -> "_LineOfProcesses":
        """A lock belongs to whoever opened the file: a process that was forked needs its own."""
        if self._file is None or self._file[0] != os.getpid():
            self._file = (os.getpid(), _LineOfProcesses(self._path.open("ab")))
        return self._file[1]


class _LineOfProcesses:
    """The lock on the file, for one thread of this process at a time.

    The system wakes at once whoever waits for it, but cannot be told for how long to wait. So a thread of its own
    waits, and gives back what comes when nobody wants it any more. Asking every millisecond instead costs processor
    time for as long as the disk takes, and the turn comes late.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._wanted: SimpleQueue[bool] = SimpleQueue()
        self._came: SimpleQueue[bool] = SimpleQueue()
        self._is_awaited = self._is_waiting = self._has_waiter = False

    def enter(self, seconds: float) -> bool:
        """Whether the lock came within so many seconds."""
        with self._lock:
            if not self._is_waiting and self._taken_at_once():
                return True
            self._is_awaited = True
            if not self._is_waiting:
                self._is_waiting = True
                self._send()
        try:
            return self._came.get(timeout=seconds)
        except Empty:
            return self._came_meanwhile()

    def leave(self) -> None:
        """Let the next one in."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def _taken_at_once(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _send(self) -> None:
        if not self._has_waiter:
            self._has_waiter = True
            threading.Thread(target=self._wait, name="writers", daemon=True).start()
        self._wanted.put(True)

    def _wait(self) -> None:
        while self._wanted.get():
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX)
                has_come = True
            except OSError:
                has_come = False
            with self._lock:
                self._is_waiting = False
                if self._is_awaited:
                    self._came.put(has_come)
                elif has_come:
                    self.leave()

    def _came_meanwhile(self) -> bool:
        with self._lock:
            self._is_awaited = False
            return not self._came.empty() and self._came.get()
