"""How much of a disk stays free for texts (specs: DR-15)."""

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Room:
    """A share of a disk or a number of bytes, whichever is less."""

    share: float
    bytes: int

    def is_left(self, *, free: int, total: int) -> bool:
        """Whether there is at least that much."""
        return free >= min(self.share * total, self.bytes)

    def is_left_at(self, folder: Path, *, after: int = 0) -> bool:
        """Whether the disk of that folder, which need not be there yet, has it after that many bytes more."""
        there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
        try:
            usage = shutil.disk_usage(there)
        except OSError:
            return False
        return self.is_left(free=usage.free - after, total=usage.total)


REFUSES_BELOW = Room(0.05, 500_000_000)
WARNS_BELOW = Room(0.10, 1_000_000_000)
