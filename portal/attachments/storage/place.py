"""What a place for bytes can do: one seam for everything that handles files (specs: DR-06, DR-15)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

CHUNK = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Stored:
    """Bytes that are safely kept: under which name, how many, and their SHA-256 in hexadecimal digits."""

    name: str
    size: int
    sha256: str


class StorageFailed(OSError):
    """Bytes could not be kept, read or removed: no room, read only, no such place, or it does not answer."""


class Storage(Protocol):
    """A place for bytes under names it gives itself; what is kept never changes.

    FileNotFoundError means that there is nothing under a name, StorageFailed that the place cannot tell.
    """

    def save(self, file: BinaryIO) -> Stored:
        """Keep everything from the file's position on, wholly and durably; StorageFailed when that is impossible."""

    def bring_back(self, name: str, file: BinaryIO) -> None:
        """Keep bytes of a backup under the name they had; what has that name already stays."""

    def open(self, name: str) -> BinaryIO:
        """The bytes under a name, to be read from any position; FileNotFoundError when there are none."""

    def remove(self, name: str) -> None:
        """Forget a name; one that is not there is no error."""

    def has_room(self, size: int) -> bool:
        """Whether that many more bytes may be kept."""

    def is_roomy(self) -> bool:
        """Whether nobody need be warned yet."""

    def answers(self) -> bool:
        """Whether the place is there at all."""

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The names of everything kept before that aware moment."""

    def leftovers(self, moment: datetime) -> Iterator[str]:
        """What was begun before that moment and never finished."""

    def remove_leftovers(self, moment: datetime) -> int:
        """Remove these; how many there were."""


def path_of(name: str) -> str:
    """`aa/bb/…`, the same in every place, so that files can be copied from one to another with any tool.

    FileNotFoundError for what is no name that we gave.
    """
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    return f"{name[:2]}/{name[2:4]}/{name[4:]}"
