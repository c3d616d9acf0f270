"""Where the bytes of files lie: one seam, on disk for now (specs: DR-06, DR-15)."""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import Flask, current_app

from portal.attachments.kinds import set_up_kinds
from portal.foundation.crash import crash_point

_NAME = re.compile(r"[0-9a-f]{40}")
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Stored:
    """Bytes that are safely kept: under which name, how many, and their SHA-256 in hexadecimal digits."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Room:
    """How much of a disk stays free for texts: a share or a number of bytes, whichever is less."""

    share: float
    bytes: int

    def is_left(self, *, free: int, total: int) -> bool:
        """Whether there is at least that much."""
        return free >= min(self.share * total, self.bytes)


REFUSES_BELOW = Room(0.05, 500_000_000)
WARNS_BELOW = Room(0.10, 1_000_000_000)


class StorageFailed(OSError):
    """Bytes could not be kept: no room, read only, or no such place."""


class Storage(Protocol):
    """A place for bytes under names it gives itself; what is kept never changes."""

    def save(self, file: BinaryIO) -> Stored:
        """Keep everything from the file's position on; StorageFailed when that is impossible."""

    def bring_back(self, name: str, file: BinaryIO) -> None:
        """Keep bytes of a backup under the name they had; what has that name already stays."""

    def open(self, name: str) -> BinaryIO:
        """The bytes under a name; FileNotFoundError when there are none."""

    def remove(self, name: str) -> None:
        """Forget a name; one that is not there is no error."""

    def has_room(self, size: int) -> bool:
        """Whether that many more bytes may be kept."""

    def is_roomy(self) -> bool:
        """Whether nobody need be warned yet."""

    def older_than(self, moment: datetime) -> Iterator[str]:
        """The names of everything kept before that aware moment."""

    def leftovers(self, moment: datetime) -> Iterator[str]:
        """What was begun before that moment and never finished."""

    def remove_leftovers(self, moment: datetime) -> int:
        """Remove these; how many there were."""


class DiskStorage:
    """Files under `folder/aa/bb/…`; each is whole or not there, also after a power cut."""

    def __init__(self, folder: Path, *, refuses_below: Room = REFUSES_BELOW, warns_below: Room = WARNS_BELOW) -> None:
        self._folder = folder
        self._unfinished = folder / "tmp"
        self._refuses_below, self._warns_below = refuses_below, warns_below

    def save(self, file: BinaryIO) -> Stored:
        """Write aside, make it durable, give it its name, make the name durable."""
        return self._keep(secrets.token_hex(20), file)

    def bring_back(self, name: str, file: BinaryIO) -> None:
        """The same under a name that it had before."""
        if not self._path(name).exists():
            self._keep(name, file)

    def _keep(self, name: str, file: BinaryIO) -> Stored:
        target, aside = self._path(name), self._unfinished / name
        try:
            self._make_folders(target)
            stored = _write(file, aside, name)
            aside.rename(target)
            _sync_folder(target.parent)
            crash_point("file_renamed")
        except OSError as error:
            for path in (aside, target):
                with suppress(OSError):
                    path.unlink()
            raise StorageFailed(error.errno, "a file could not be kept") from error
        return stored

    def open(self, name: str) -> BinaryIO:
        """The file under a name that we gave; FileNotFoundError for anything else."""
        return self._path(name).open("rb")

    def remove(self, name: str) -> None:
        """Remove the file, if it is there."""
        self._path(name).unlink(missing_ok=True)

    def has_room(self, size: int) -> bool:
        """Whether the disk keeps its reserve for texts after that many bytes more (DR-15)."""
        return self._is_left(self._refuses_below, size)

    def is_roomy(self) -> bool:
        """Whether the disk is far from its reserve (DR-15)."""
        return self._is_left(self._warns_below, 0)

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Every name whose file was last written before that moment."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _written_at(path) < moment:
                yield "".join(path.relative_to(self._folder).parts)

    def leftovers(self, moment: datetime) -> Iterator[str]:
        """The names of halves of files in `tmp` that were begun before that moment."""
        return (path.name for path in self._unfinished.glob("*") if _written_at(path) < moment)

    def remove_leftovers(self, moment: datetime) -> int:
        """Remove these halves; how many there were."""
        old = list(self.leftovers(moment))
        for name in old:
            (self._unfinished / name).unlink(missing_ok=True)
        return len(old)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(name)
        return self._folder / name[:2] / name[2:4] / name[4:]

    def _make_folders(self, target: Path) -> None:
        self._unfinished.mkdir(parents=True, exist_ok=True)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            # A new folder is as lost as a new file until its own folder was written.
            for folder in (target.parent.parent, self._folder):
                _sync_folder(folder)

    def _is_left(self, room: Room, size: int) -> bool:
        there = next((each for each in (self._folder, *self._folder.parents) if each.exists()), self._folder)
        try:
            usage = shutil.disk_usage(there)
        except OSError:
            return False
        return room.is_left(free=usage.free - size, total=usage.total)


def set_up_attachments(app: Flask) -> None:
    """Keep files in the data folder; needs `app.extensions['config']`. SettingError when UPLOAD_TYPES is wrong."""
    set_up_kinds(app)
    app.extensions["storage"] = DiskStorage(app.extensions["config"].data / "uploads")


def storage() -> Storage:
    """The place for files of this application."""
    kept: Storage = current_app.extensions["storage"]
    return kept


def _write(file: BinaryIO, path: Path, name: str) -> Stored:
    size, checksum = 0, hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as aside:
        while chunk := file.read(_CHUNK):
            aside.write(chunk)
            size += len(chunk)
            checksum.update(chunk)
        aside.flush()
        crash_point("file_tmp_written")
        os.fsync(aside.fileno())
    crash_point("file_fsynced")
    return Stored(name, size, checksum.hexdigest())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
