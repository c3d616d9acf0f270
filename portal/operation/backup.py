"""A backup: a folder with the database, every file people sent, the keys, and a list that proves all of it (DR-11).

The database in it is always an ordinary SQLite file of the portal, from whichever database it came: it can be looked
at with any tool, brought to a newer schema, and be restored into either database.
"""

import fcntl
import json
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from portal.attachments.models import Attachment
from portal.attachments.storage import STORAGE
from portal.foundation.config import CONFIG
from portal.foundation.crash import crash_point
from portal.foundation.database import db, open_database
from portal.foundation.files.durable import sync_folder
from portal.foundation.sql.schema import revision_of
from portal.leaving import spool
from portal.operation.checksums import measured, written
from portal.operation.migrating import migrate
from portal.operation.rows import copy_rows, sums, take_time
from portal.operation.rules import kept
from portal.operation.saved import LIST, SHAPE, list_backups, made_at
from portal.operation.soundness import copied

log = logging.getLogger(__name__)

DATABASE = "database.sqlite"
FILES, KEYS, SPOOL, CONTENT = "files", "keys", "spool", "content"
FORMAT = 1
_UNFINISHED = ".unfinished-"
DAILY = "daily"
_KEYS = ("secret", "vault-keys")


class BackupFailed(Exception):
    """It could not be made, or it is not what it says; the sentence says what is wrong."""


@dataclass(frozen=True)
class Backup:
    """A finished backup: its folder, when it was made, and what its list says."""

    folder: Path
    made_at: datetime
    manifest: dict[str, Any]

    @property
    def rows(self) -> int:
        """How many rows of how many things."""
        return sum(each["rows"] for each in self.manifest["tables"].values())

    @property
    def files(self) -> int:
        """How many files that people sent."""
        return sum(name.startswith(f"{FILES}/") for name in self.manifest["files"])

    @property
    def has_content(self) -> bool:
        """Whether what the company says is in it."""
        return any(name.startswith(f"{CONTENT}/") for name in self.manifest["files"])


def make_backup(folder: Path, now: datetime, *, why: str = "asked") -> Backup:
    """Write a backup below `folder`, under its name only when it is whole; BackupFailed or OSError otherwise.

    The portal goes on meanwhile; another backup into the same folder is waited for. Files are taken before and after
    the database, so that none of its rows lacks one, and no declaration that waits in a file is missed while it moves
    into the database.
    """
    name = f"{now.astimezone(UTC).strftime(SHAPE)}-{why}"
    target, aside = folder / name, folder / (_UNFINISHED + name)
    if target.exists():
        raise BackupFailed(f"{target} is there already.")
    folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(folder):
        # Nobody is at work on what others have left.
        for left in folder.glob(_UNFINISHED + "*"):
            shutil.rmtree(left, ignore_errors=True)
        return _made(folder, aside, target, now, why)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    door = os.open(folder, os.O_RDONLY)
    try:
        # Where a disk knows no locks, whoever runs two at once is told by the one that fails.
        with suppress(OSError):
            fcntl.flock(door, fcntl.LOCK_EX)
        yield
    finally:
        os.close(door)


def _made(folder: Path, aside: Path, target: Path, now: datetime, why: str) -> Backup:
    aside.mkdir(mode=0o700)
    try:
        before = read_backup(places[-1]) if (places := list_backups(folder)) else None
        files = _take_files(aside, before) | _take_spool(aside)
        _take_database(aside / DATABASE)
        crash_point("backup_copy_half")
        files |= _take_files(aside, before) | _take_spool(aside)
        manifest = _manifest(aside, files | _take_keys(aside) | _take_content(aside, before), now, why)
        written(aside / LIST, json.dumps(manifest, indent=1, sort_keys=True).encode())
        sync_folder(aside)
        aside.rename(target)
        sync_folder(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    made = Backup(target, now, manifest)
    log.info("a backup was made: %d rows, %d files", made.rows, made.files)
    return made


def make_verified(folder: Path, now: datetime, *, why: str = "asked") -> Backup:
    """A backup that was read again and found right; BackupFailed otherwise, and it is called damaged."""
    made = make_backup(folder, now, why=why)
    if faults := list(faults_of(made)):
        made.folder.rename(folder / f"damaged-{made.folder.name}")
        raise BackupFailed(f"The backup is damaged: {'; '.join(faults[:5])}.")
    return made


def read_backup(folder: Path) -> Backup | None:
    """The backup in that folder; None when it has no readable list."""
    try:
        manifest = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return Backup(folder, datetime.fromisoformat(manifest["made_at"]), manifest)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def faults_of(backup: Backup) -> Iterator[str]:
    """Every way in which a backup is not what its list says; none means that it can be restored."""
    if backup.manifest.get("format") != FORMAT:
        yield f"its format {backup.manifest.get('format')!r} is not known to this version"
        return
    for name, (size, checksum) in sorted(backup.manifest["files"].items()):
        try:
            if measured(backup.folder / name) != (size, checksum):
                yield f"{name} has changed"
        except OSError:
            yield f"{name} is missing"
    yield from _faults_of_database(backup)


def remove_old(folder: Path) -> int:
    """Keep the newest of each of 14 days and 8 weeks of the daily ones, and all others; how many were removed."""
    daily = {made_at(path): path for path in list_backups(folder, DAILY)}
    stay = kept(moment for moment in daily if moment)
    old = [path for moment, path in daily.items() if moment not in stay]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _take_database(path: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        copied(Path(str(db.engine.url.database)), path)
    else:
        _take_from_postgresql(path)
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _take_from_postgresql(path: Path) -> None:
    """All rows as they were at one moment."""
    copy = open_database(f"sqlite:///{path}")
    try:
        with db.engine.connect() as connection:
            revision = revision_of(connection)
        if revision is None:
            raise BackupFailed("The database was never set up: run `flask setup` first.")
        migrate(copy, revision)
        moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with db.engine.connect().execution_options(**moment) as source, source.begin():
            take_time(source)
            if revision_of(source) != revision:
                raise BackupFailed("The schema was changed meanwhile: make the backup again.")
            copy_rows(source, copy)
    finally:
        copy.dispose()


def _take_files(aside: Path, before: Backup | None) -> dict[str, tuple[int, str]]:
    """Copies of what people sent that are not there yet; what a backup before holds already needs no second place."""
    taken = {}
    names = select(Attachment.storage_name, Attachment.picture_name).execution_options(yield_per=1000)
    with db.engine.connect() as connection:
        rows = connection.execute(names).all()
    for name in (each for row in rows for each in row if each):
        place = f"{FILES}/{name[:2]}/{name[2:4]}/{name[4:]}"
        if (aside / place).exists():
            continue
        (aside / place).parent.mkdir(parents=True, exist_ok=True)
        if before and (known := before.manifest["files"].get(place)) and _linked(before.folder / place, aside / place):
            taken[place] = tuple(known)
            continue
        try:
            with STORAGE.here().open(name) as file:
                taken[place] = written(aside / place, iter(lambda file=file: file.read(262144), b""))  # type: ignore[misc]
        except FileNotFoundError:
            # Withdrawn since the row was read; the next look at the rows does without it.
            (aside / place).unlink(missing_ok=True)
    return taken


def _linked(known: Path, place: Path) -> bool:
    try:
        os.link(known, place)
    except OSError:
        return False
    return True


def _take_keys(aside: Path) -> dict[str, tuple[int, str]]:
    """Without the keys nobody could sign in with a second factor after a restore."""
    config = CONFIG.here()
    taken = {}
    for name in _KEYS:
        if (path := config.data / name).is_file():
            (aside / KEYS).mkdir(exist_ok=True, mode=0o700)
            taken[f"{KEYS}/{name}"] = written(aside / KEYS / name, path.read_bytes())
    return taken


def _take_content(aside: Path, before: Backup | None) -> dict[str, tuple[int, str]]:
    """What the company says, where it is written in the desk: nobody else may have it."""
    config = CONFIG.here()
    taken = {}
    for path in sorted(config.content.rglob("*")) if config.edit_content else ():
        name = path.relative_to(config.content)
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in name.parts):
            continue
        place = f"{CONTENT}/{name.as_posix()}"
        (aside / place).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # renamed or removed a moment ago
            found = measured(path)
            is_kept = before is not None and before.manifest["files"].get(place) == list(found)
            if before is not None and is_kept and _linked(before.folder / place, aside / place):
                taken[place] = found
            else:
                taken[place] = written(aside / place, path.read_bytes())
    return taken


def _take_spool(aside: Path) -> dict[str, tuple[int, str]]:
    """Declarations that wait in files, because the database was away; restored, they are taken like any other."""
    taken = {}
    for path in spool.folder().glob("*.json"):
        place = f"{SPOOL}/{path.name}"
        if not (aside / place).exists():
            (aside / SPOOL).mkdir(exist_ok=True, mode=0o700)
            with suppress(FileNotFoundError):  # it is in the database now
                taken[place] = written(aside / place, path.read_bytes())
    return taken


def _manifest(aside: Path, files: dict[str, tuple[int, str]], now: datetime, why: str) -> dict[str, Any]:
    copy = open_database(f"sqlite:///{aside / DATABASE}")
    try:
        with copy.connect() as connection:
            missing = [each for each in _places(connection) if each not in files]
            if missing:
                raise BackupFailed(f"{len(missing)} files that people sent are missing: `flask check` names them.")
            return {
                "format": FORMAT,
                "made_at": now.astimezone(UTC).isoformat(),
                "why": why,
                "schema": revision_of(connection),
                "from": db.engine.dialect.name,
                "tables": {name: asdict(each) for name, each in sums(connection).items()},
                "files": files | {DATABASE: measured(aside / DATABASE)},
            }
    finally:
        copy.dispose()


def _places(connection: Connection) -> Iterator[str]:
    for row in connection.execute(select(Attachment.storage_name, Attachment.picture_name)):
        yield from (f"{FILES}/{name[:2]}/{name[2:4]}/{name[4:]}" for name in row if name)


def _faults_of_database(backup: Backup) -> Iterator[str]:
    """The file is sound, and has the rows that were counted; those of an older schema cannot be counted anew."""
    path = backup.folder / DATABASE
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            for check in ("integrity_check", "foreign_key_check"):
                found = copy.execute(f"PRAGMA {check}").fetchall()
                if found not in ([], [("ok",)]):
                    yield f"{DATABASE}: {check} finds {len(found)} faults"
            for name, each in backup.manifest["tables"].items():
                (rows,) = copy.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608
                if rows != each["rows"]:
                    yield f"{DATABASE}: {name} has {rows} rows instead of {each['rows']}"
    except sqlite3.Error as error:
        yield f"{DATABASE} cannot be read: {type(error).__name__}"
