"""The snapshot: one SQLite file, written aside and renamed, named by a small pointer file with its checksum.

A reader gets a whole, undamaged snapshot of this format or none. None is never an error: the builder makes a new one.
"""

import hashlib
import os
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from portal.foundation.crash import crash_point

FORMAT = "2"
POINTER = f"current-{FORMAT}"  # two versions of the portal may run side by side during an update
PREFIX = f"snapshot-{FORMAT}-"
KEEP = 2
SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files (
    file TEXT PRIMARY KEY, language TEXT, folder TEXT, kind TEXT, path TEXT, size INTEGER, mtime_ns INTEGER,
    ctime_ns INTEGER, inode INTEGER, digest TEXT, record TEXT, faults TEXT, packed BLOB, text BLOB);
CREATE TABLE articles (
    file TEXT PRIMARY KEY, number INTEGER, language TEXT, path TEXT, source TEXT, title TEXT, summary TEXT,
    headings TEXT, keywords TEXT, status TEXT, publish_from TEXT, publish_until TEXT, reviewed_on TEXT,
    review_days INTEGER, changed_on TEXT, owner TEXT, related TEXT, pinned INTEGER, position INTEGER, aliases TEXT,
    words INTEGER);
CREATE TABLE pages (
    file TEXT PRIMARY KEY, language TEXT, slug TEXT, source TEXT, title TEXT, summary TEXT, headings TEXT,
    position INTEGER, updated_on TEXT);
CREATE TABLE folders (
    language TEXT, path TEXT, source TEXT, name TEXT, description TEXT, position INTEGER, icon TEXT,
    PRIMARY KEY (language, path));
CREATE TABLE shelves (
    file TEXT PRIMARY KEY, name TEXT, description TEXT, position INTEGER, icon TEXT, translation_of TEXT);
CREATE TABLE assets (
    file TEXT PRIMARY KEY, address TEXT, media_type TEXT, bytes INTEGER, digest TEXT, width INTEGER, height INTEGER,
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER);
CREATE TABLE faults (file TEXT, line INTEGER, problem TEXT, remedy TEXT, is_error INTEGER);
CREATE TABLE synonyms (language TEXT PRIMARY KEY, words TEXT);
"""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which snapshot counts now, and what its bytes must be."""

    name: str
    checksum: str

    def __str__(self) -> str:
        return f"{FORMAT} {self.name} {self.checksum}\n"


def pointer_of(derived: Path) -> Pointer | None:
    """The current pointer; None when there is none, or it is damaged or of another format."""
    try:
        parts = (derived / POINTER).read_text("ascii").split()
    except (OSError, UnicodeDecodeError):
        return None
    if len(parts) != 3 or parts[0] != FORMAT or "/" in parts[1] or not parts[1].startswith(PREFIX):
        return None
    return Pointer(parts[1], parts[2])


def discard(derived: Path, pointer: Pointer) -> None:
    """Forget a snapshot that is not whole, so that the process that watches makes a new one."""
    if pointer_of(derived) == pointer:
        (derived / POINTER).unlink(missing_ok=True)


def open_snapshot(derived: Path, pointer: Pointer) -> sqlite3.Connection | None:
    """The snapshot, read-only; None when it is missing, cut, damaged or of another format."""
    path = derived / pointer.name
    try:
        if _checksum(path) != pointer.checksum:
            return None
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except (OSError, sqlite3.Error):
        return None
    try:
        found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    except sqlite3.Error:
        found = None
    if found == (FORMAT,):
        return connection
    connection.close()
    return None


class Draft:
    """A snapshot being written aside; `publish` makes it the current one, leaving without it removes it."""

    def __init__(self, derived: Path) -> None:
        self.derived = derived
        self.path = derived / f"new-{secrets.token_hex(8)}.sqlite"

    def __enter__(self) -> "Draft":
        self.derived.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(self.path)
        try:
            self.connection.executescript(SCHEMA)
            self.connection.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.connection.close()
        self.path.unlink(missing_ok=True)

    def publish(self) -> Pointer:
        """Everything on disk first, then the pointer in one rename: a crash leaves the old or the new state."""
        self.connection.commit()
        self.connection.close()
        pointer = Pointer(_next_name(self.derived), _checksum(self.path))
        _to_disk(self.path)
        os.replace(self.path, self.derived / pointer.name)
        crash_point("content_swap_before")
        _write_pointer(self.derived, pointer)
        crash_point("content_swap_after")
        _remove_old(self.derived)
        return pointer


def _next_name(derived: Path) -> str:
    numbers = (path.stem.removeprefix(PREFIX) for path in derived.glob(f"{PREFIX}*.sqlite"))
    last = max((int(number) for number in numbers if number.isdigit()), default=0)
    return f"{PREFIX}{last + 1:08d}.sqlite"


def _write_pointer(derived: Path, pointer: Pointer) -> None:
    aside = derived / f"{POINTER}.new"
    aside.write_text(str(pointer), "ascii")
    _to_disk(aside)
    os.replace(aside, derived / POINTER)
    _to_disk(derived)


def _remove_old(derived: Path) -> None:
    """Readers may still be loading the one before; what is older, and what a killed builder left, goes."""
    snapshots = sorted(derived.glob(f"{PREFIX}*.sqlite"), key=lambda path: path.name)
    for path in [*snapshots[:-KEEP], *derived.glob("new-*.sqlite")]:
        path.unlink(missing_ok=True)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    with closing(_Descriptor(path)) as descriptor:
        os.fsync(descriptor.number)


class _Descriptor:
    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_RDONLY)

    def close(self) -> None:
        os.close(self.number)
