"""Bytes in a folder: of this machine, or of a disk that all machines mount (specs: DR-06, DR-15)."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from portal.attachments.storage.place import CHUNK, StorageFailed, Stored, path_of
from portal.foundation.crash import crash_point
from portal.foundation.files.disk import REFUSES_BELOW, WARNS_BELOW, Room
from portal.foundation.files.durable import sync_folder


class DiskStorage:
    """Files under `folder/aa/bb/…`; each is whole or not there, also after a power cut."""

    def __init__(
        self,
        folder: Path,
        *,
        refuses_below: Room = REFUSES_BELOW,
        warns_below: Room = WARNS_BELOW,
        is_shared: bool = False,
    ) -> None:
        self._folder = folder
        self._unfinished = folder / "tmp"
        self._refuses_below, self._warns_below = refuses_below, warns_below
        self._is_shared = is_shared

    def save(self, file: BinaryIO) -> Stored:
        """Write aside, make it durable, give it its name, make the name durable."""
        return self._keep(secrets.token_hex(20), file)

    def bring_back(self, name: str, file: BinaryIO) -> None:
        """Save bytes under a name that they had before."""
        if not self._path(name).exists():
            self._keep(name, file)

    def _keep(self, name: str, file: BinaryIO) -> Stored:
        target, aside = self._path(name), self._unfinished / name
        try:
            self._make_folders(target)
            stored = _write(file, aside, name)
            aside.rename(target)
            sync_folder(target.parent)
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
        return self._refuses_below.is_left_at(self._folder, after=size)

    def is_roomy(self) -> bool:
        """Whether the disk is far from its reserve (DR-15)."""
        return self._warns_below.is_left_at(self._folder)

    def answers(self) -> bool:
        """Whether the folder is there; our own is made when the first file comes."""
        return self._folder.is_dir() or not self._is_shared

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
        return self._folder / path_of(name)

    def _make_folders(self, target: Path) -> None:
        # A disk of all machines that is gone must not come back as a folder of this one.
        self._unfinished.mkdir(parents=not self._is_shared, exist_ok=True)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            # A new folder is as lost as a new file until its own folder was written.
            for folder in (target.parent.parent, self._folder):
                sync_folder(folder)


def _write(file: BinaryIO, path: Path, name: str) -> Stored:
    size, checksum = 0, hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as aside:
        while chunk := file.read(CHUNK):
            aside.write(chunk)
            size += len(chunk)
            checksum.update(chunk)
        aside.flush()
        crash_point("file_tmp_written")
        os.fsync(aside.fileno())
    crash_point("file_fsynced")
    return Stored(name, size, checksum.hexdigest())


def _written_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
