"""Versions of the index on disk: built beside, published by a rename, checked when opened."""

import fcntl
import json
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.foundation.crash import crash_point
from portal.search.model import IndexBusy, IndexDamaged, IndexMissing, IndexOutdated

FORMAT = 14
POINTER, LOCK, MANIFEST = "current", "lock", "manifest.json"
VERSION_PREFIX, UNFINISHED_PREFIX = "v-", "building-"


@contextmanager
def sole_builder(folder: Path) -> Iterator[None]:
    """Holds this machine's build lock; raises IndexBusy if another process builds."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IndexBusy("another process is building the index") from error
        yield


def new_version(folder: Path) -> Path:
    """An empty folder to build in; what a crashed builder left is removed."""
    for left in folder.glob(f"{UNFINISHED_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    version = folder / f"{UNFINISHED_PREFIX}{secrets.token_hex(8)}"
    version.mkdir()
    return version


def publish(folder: Path, built: Path, *, fingerprint: str, languages: list[str]) -> None:
    """Seals the built version, points to it, and removes all but it and the one before."""
    sums = {name: _sum(built / name) for name in _files(built)}
    manifest = {"format": FORMAT, "fingerprint": fingerprint, "languages": languages, "files": sums}
    _write_durably(built / MANIFEST, json.dumps(manifest))
    version = folder / built.name.replace(UNFINISHED_PREFIX, VERSION_PREFIX)
    built.rename(version)
    before = pointer_version(folder)
    _write_durably(folder / f"{POINTER}.new", version.name)
    crash_point("index_swap_before")
    (folder / f"{POINTER}.new").replace(folder / POINTER)
    crash_point("index_swap_after")
    for old in folder.glob(f"{VERSION_PREFIX}*"):
        # A process that read the pointer a moment ago may still be opening the version before.
        if old.name not in (version.name, before):
            shutil.rmtree(old, ignore_errors=True)


def pointer_version(folder: Path) -> str | None:
    """The name of the published version, or None; another publication always gives another name."""
    try:
        return (folder / POINTER).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        return ""


def published(folder: Path) -> tuple[Path, dict]:
    """Folder and manifest of the published version, every file checked; raises IndexUnusable."""
    name = pointer_version(folder)
    if name is None:
        raise IndexMissing("no index has been published")
    if not name.startswith(VERSION_PREFIX) or "/" in name or "\0" in name:
        raise IndexDamaged("the pointer to the index is damaged")
    manifest = _manifest(folder / name / MANIFEST)
    if manifest["format"] != FORMAT:
        raise IndexOutdated(f"index format {manifest['format']}, this program reads {FORMAT}")
    for path, expected in manifest["files"].items():
        if _sum(folder / name / path) != expected:
            raise IndexDamaged(f"{path} is missing, cut short or changed")
    return folder / name, manifest


def _manifest(path: Path) -> dict:
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IndexDamaged("the list of the index files cannot be read") from error
    if not isinstance(manifest, dict) or not {"format", "fingerprint", "languages", "files"} <= manifest.keys():
        raise IndexDamaged("the list of the index files is incomplete")
    return manifest


def _files(version: Path) -> list[str]:
    return sorted(str(path.relative_to(version)) for path in version.rglob("*") if path.is_file())


def _sum(path: Path) -> int:
    """Checksum of a file in small steps, -1 if it is not there."""
    total = 0
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                total = zlib.crc32(block, total)
    except OSError:
        return -1
    return total


def _write_durably(path: Path, content: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
