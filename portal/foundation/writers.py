"""Writers of one SQLite file stand in line. SQLite alone lets each of them guess when to ask again, and some starve."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from portal.foundation import clock

_NAP = 0.001


class WriterLine:
    """A lock that all threads of all processes on one machine share; whoever dies gives it back.

    It makes nothing safer: SQLite's own lock does that. It makes waiting short and fair.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: tuple[int, IO[bytes]] | None = None

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for the turn; whoever has waited that long goes on without it and leaves the word to SQLite."""
        end = clock.seconds() + seconds
        is_first = self._lock.acquire(timeout=seconds)
        file = self._held(end) if is_first else None
        try:
            yield
        finally:
            if file is not None:
                fcntl.flock(file, fcntl.LOCK_UN)
            if is_first:
                self._lock.release()

    def _held(self, end: float) -> IO[bytes] | None:
        try:
            file = self._own_file()
        except OSError:
            return None  # a folder that takes no file: SQLite says what is wrong
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if clock.seconds() > end:
                    return None
                time.sleep(_NAP)
            else:
                return file

    def _own_file(self) -> IO[bytes]:
        """A lock belongs to whoever opened the file: a process that was forked needs its own."""
        if self._file is None or self._file[0] != os.getpid():
            self._file = (os.getpid(), self._path.open("ab"))
        return self._file[1]
