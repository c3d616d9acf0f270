"""Files of `content/` that a running portal reads again when they change; a broken one leaves the last good one."""

import logging
import tomllib
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

from portal.foundation.errors import SettingError

log = logging.getLogger(__name__)

_LARGEST = 1_000_000

_Value = TypeVar("_Value")
_Made = TypeVar("_Made")


class ContentFile(Generic[_Value]):
    """What one file says. SettingError of `read` stops the start; later it is logged."""

    def __init__(self, path: Path, read: Callable[[], _Value]) -> None:
        self._path, self._read = path, read
        self._seen = stamp_of(path)
        self._value = read()

    @property
    def value(self) -> _Value:
        """The last good one."""
        return self._value

    def refresh(self) -> bool:
        """Take over a changed file; True if it was. A broken or vanished one is logged and the last good one stays."""
        stamp = stamp_of(self._path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        if stamp is None:
            log.error("%s is gone. The last good one stays.", self._path.name)
            return False
        try:
            self._value = self._read()
        except SettingError as error:
            log.error("%s The last good one stays.", error)
            return False
        return True


def without_fault(path: Path, found: tuple[_Made | None, Sequence[str]]) -> _Made:
    """What was found in the file; SettingError that names every fault."""
    made, faults = found
    if made is None or faults:
        raise SettingError(f"{path.name} cannot be used: {'; '.join(faults)}.")
    return made


class Reading:
    """Collects faults while a file is read, so that all of them are named at once."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def take(self, read: Callable[[], _Made]) -> _Made | None:
        """What `read` gives; None when it raises ValueError, whose sentence is kept."""
        try:
            return read()
        except ValueError as error:
            self.faults.append(str(error))
            return None


def read_toml(path: Path, *, instead: Path) -> dict[str, Any]:
    """The tables of the file, or of `instead` where there is none. ValueError says what is wrong."""
    source = path if path.exists() else instead
    try:
        if source.stat().st_size > _LARGEST:
            raise ValueError("it is larger than 1 MB; write only what belongs there")
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, RecursionError) as error:
        raise ValueError(str(error)) from error


def require_known(table: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    """ValueError when a table has a key that means nothing, with the one that was meant; `where` names the table."""
    unknown = next((key for key in table if key not in keys), None)
    if unknown is not None:
        meant = get_close_matches(unknown, keys, n=1)
        remedy = f"write {meant[0]}" if meant else f"write one of {', '.join(keys)}"
        raise ValueError(f"{where} has a key {unknown!r} that means nothing; {remedy}")


def refuse_twice(names: Sequence[str], what: str) -> None:
    """ValueError when a name is there twice; `what` is said of it: "topics have the slug"."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two {what} {twice[0]}; write another one for one of them")


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """What changes when the file does: time (nanoseconds), size and inode; None where there is none to be read."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
