"""Watches the content folder, in one process of the machine: has it changed, and is it quiet enough to be read?"""

import fcntl
import os
from pathlib import Path
from typing import IO

from portal.faq.library.assets import COPIES
from portal.faq.library.building.scan import Listing, look
from portal.faq.library.building.snapshot import FORMAT, pointer_of
from portal.faq.library.library import Library
from portal.foundation import clock

LOCK = f"watcher-{FORMAT}.lock"
LOOK_SECONDS = 1.0  # how often the folder is looked at
MAX_PAUSE = 2.0  # how much less often a large folder is looked at


class Watch:
    """The right to watch (a file lock, given back by the kernel when the process ends) and what was seen last."""

    def __init__(
        self, content: Path, derived: Path, *, languages: tuple[str, ...], default_language: str, quiet_seconds: float
    ) -> None:
        self.content, self.derived = content, derived
        self.languages, self.default_language = languages, default_language
        self.quiet_seconds = quiet_seconds
        self._lock: IO[str] | None = None
        self._seen: tuple[str, float] = ("", 0.0)
        self._next_look = 0.0

    def is_ours(self) -> bool:
        """Whether this process is the one that watches; the first to ask becomes it."""
        if self._lock is None:
            self.derived.mkdir(parents=True, exist_ok=True)
            lock = (self.derived / LOCK).open("a")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                return False
            self._lock = lock
        return True

    def release(self) -> None:
        """Let another process watch."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def hurry(self) -> None:
        """Look again in the next round, however short ago the last look was."""
        self._next_look = 0.0

    def finds_change(self, library: Library) -> bool:
        """Whether the folder differs from the library and may be read; looks only about every second."""
        begun = clock.seconds()
        if begun < self._next_look:
            return False
        listing = look(self.content, languages=self.languages, default_language=self.default_language)
        # A large folder is looked at less often, so that looking takes little of the process's time.
        self._next_look = begun + LOOK_SECONDS + min(MAX_PAUSE, 9 * (clock.seconds() - begun))
        if library.is_ready and listing.signature == library.signature and self._is_whole(library):
            return False
        return not library.is_ready or self._is_quiet(listing, begun)

    def _is_quiet(self, listing: Listing, now: float) -> bool:
        """Nothing was touched within the last second, or nothing changed since a look at least that long ago."""
        signature = listing.signature
        if signature != self._seen[0]:
            self._seen = (signature, now)
        is_stable = now - self._seen[1] >= self.quiet_seconds
        is_old = not listing.changed_after(self._file_system_time() - int(self.quiet_seconds * 1e9))
        if not is_stable and not is_old:
            self._next_look = now + self.quiet_seconds
        return is_stable or is_old

    def _file_system_time(self) -> int:
        """Nanoseconds as the kernel writes them at files, which is what the files of the content carry."""
        path = self.derived / LOCK
        os.utime(path)
        return path.stat().st_mtime_ns

    def _is_whole(self, library: Library) -> bool:
        """A removed snapshot or copy of an image is made again, although this process still has its library."""
        pointer = pointer_of(self.derived)
        if pointer is None or not (self.derived / pointer.name).exists():
            return False
        copies = self.derived / COPIES
        there = set(os.listdir(copies)) if copies.is_dir() else set()
        return all(asset.copy_name in there for asset in library.assets.values())
