"""Writes into the content folder as an editor's program would: whole files, at their place or not at all.

A file is written beside its place, forced to disk and renamed; nobody ever sees half of it, and a full disk or a
folder that cannot be written to leaves what was there. Whoever writes says which version they have seen: another one
on disk is `ChangedMeanwhile`, with its text.
"""

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from portal.faq.library.texts.reading import MAX_BYTES
from portal.foundation.files.durable import sync_folder

NOTHING = ""  # the digest of a file that is not there
_MOST_NAMES = 50


class Trouble(StrEnum):
    """Why a file could not be written."""

    FULL = "full"
    READ_ONLY = "read_only"
    NO_FOLDER = "no_folder"
    OTHER = "other"


class NotWritten(Exception):
    """The disk or the folder does not take the file; what was there is unchanged."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class ChangedMeanwhile(Exception):
    """The file is not the one that was seen; `found` is what lies there now, None when it is gone."""

    def __init__(self, found: bytes | None) -> None:
        super().__init__("changed" if found is not None else "gone")
        self.found = found


def digest_of(found: bytes | None) -> str:
    """The name of a version: the SHA-256 of its bytes; `NOTHING` for no file."""
    return NOTHING if found is None else hashlib.sha256(found).hexdigest()


def bytes_of(content: Path, file: str) -> bytes | None:
    """What lies there now, at most a little more than a file may have; None when nothing does."""
    try:
        with (content / file).open("rb") as handle:
            return handle.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _trouble(error) from error


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """One writer of this machine at a time; the kernel gives the lock back when a process ends."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        with (data / "editing.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise _trouble(error) from error


def write(content: Path, file: str, text: bytes, *, seen: str) -> None:
    """Put the text in the place of the version that was `seen` (a digest); call it inside `alone`.

    ChangedMeanwhile when another version lies there, NotWritten when the disk says no.
    """
    found = bytes_of(content, file)
    if digest_of(found) != seen:
        raise ChangedMeanwhile(found)
    _put(_inside(content, file), text, is_new=found is None)


def write_in_new_folder(content: Path, file: str, text: bytes) -> None:
    """The first file of a folder that is made for it; without the file no folder is left behind. Inside `alone`.

    ChangedMeanwhile when the folder is there already.
    """
    folder = content / Path(file).parent
    _inside(content, os.fspath(Path(file).parent))
    try:
        folder.mkdir(mode=0o755)
    except FileExistsError as error:
        raise ChangedMeanwhile(bytes_of(content, file)) from error
    except OSError as error:
        raise _trouble(error) from error
    try:
        _put(_inside(content, file), text, is_new=True)
        sync_folder(folder.parent)
    except BaseException:
        with suppress(OSError):
            folder.rmdir()
        raise


def remove_folder(content: Path, file: str) -> None:
    """Remove the folder of a file, in which nothing else lies, file and all; it may be missing already. Inside `alone`.

    ChangedMeanwhile when something else lies in it: then everything is as it was.
    """
    folder = content / Path(file).parent
    try:
        _inside(content, file)
        # Out of sight first: whoever writes into it meanwhile is told that the folder is gone.
        aside = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}")
        folder.rename(aside)
        if {each.name for each in aside.iterdir()} - {Path(file).name}:
            aside.rename(folder)
            raise ChangedMeanwhile(bytes_of(content, file))
        try:
            (aside / Path(file).name).unlink(missing_ok=True)
            aside.rmdir()
        except OSError:
            aside.rename(folder)
            raise
        sync_folder(folder.parent)
    except OSError as error:
        raise _trouble(error) from error


def write_beside(content: Path, folder: str, stem: str, ending: str, text: bytes) -> str:
    """A new file beside articles under a name that is free, `stem`, `stem-2` and so on; its name. Inside `alone`."""
    for number in range(1, _MOST_NAMES):
        name = f"{stem}{f'-{number}' if number > 1 else ''}.{ending}"
        try:
            _put(_inside(content, f"{folder}/{name}"), text, is_new=True)
        except ChangedMeanwhile:
            if bytes_of(content, f"{folder}/{name}") == text:
                return name
            continue
        return name
    raise NotWritten(Trouble.OTHER)


def _inside(content: Path, file: str) -> Path:
    """The path of a file whose folder lies in the content folder, links resolved."""
    path = content / file
    folder = Path(os.path.realpath(path.parent))
    if not folder.is_dir():
        raise NotWritten(Trouble.NO_FOLDER)
    if not folder.is_relative_to(os.path.realpath(content)) or path.is_symlink():
        raise NotWritten(Trouble.READ_ONLY)
    return path


def _put(path: Path, text: bytes, *, is_new: bool) -> None:
    # A name that begins with a dot is no article for the builder.
    aside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        _write_aside(aside, text, like=None if is_new else path)
        if is_new:
            os.link(aside, path)  # unlike a rename, it never takes the place of a file that appeared meanwhile
        else:
            os.replace(aside, path)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise ChangedMeanwhile(path.read_bytes()) from error
    except OSError as error:
        raise _trouble(error) from error
    finally:
        with suppress(OSError):
            aside.unlink()


def _write_aside(aside: Path, text: bytes, *, like: Path | None) -> None:
    mode = (like.stat().st_mode & 0o777) if like else 0o644
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    if like:
        aside.chmod(mode)


def _trouble(error: OSError) -> NotWritten:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NotWritten(Trouble.FULL)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return NotWritten(Trouble.READ_ONLY)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return NotWritten(Trouble.NO_FOLDER)
    return NotWritten(Trouble.OTHER)
