"""Reads `content/service-levels.toml`, and keeps the last good one while the file is broken."""

import logging
import tomllib
from collections.abc import Sequence
from pathlib import Path

from portal.foundation.errors import SettingError
from portal.service_levels.levels import ServiceLevels
from portal.service_levels.levels_reading import levels_from

log = logging.getLogger(__name__)

# A folder that was not written for this portal has no such file; its questions have this one level.
_PLAIN = Path(__file__).with_name("plain.toml")
_LARGEST = 1_000_000

_Stamp = tuple[int, int, int] | None


def read_levels(path: Path, languages: Sequence[str]) -> ServiceLevels:
    """The levels of the file; a folder without it gets one plain level. SettingError names every fault."""
    levels, faults = _read(path, languages)
    if levels is None:
        raise SettingError(f"{path.name} cannot be used: {'; '.join(faults)}.")
    return levels


def level_faults(path: Path, languages: Sequence[str]) -> tuple[str, ...]:
    """Every fault of the file as a sentence with what to write instead, for `flask check-content`."""
    return _read(path, languages)[1]


class LevelsFile:
    """The levels of a running process; SettingError when the file is wrong at the start."""

    def __init__(self, path: Path, languages: Sequence[str]) -> None:
        self._path, self._languages = path, tuple(languages)
        self._seen = _stamp(path)
        self._levels = read_levels(path, self._languages)

    @property
    def levels(self) -> ServiceLevels:
        """The last good levels."""
        return self._levels

    def refresh(self) -> bool:
        """Take over a changed file; True if it was. A broken or vanished one is logged and the last good one stays."""
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        if stamp is None:
            log.error("%s is gone. The last good one stays.", self._path.name)
            return False
        try:
            self._levels = read_levels(self._path, self._languages)
        except SettingError as error:
            log.error("%s The last good one stays.", error)
            return False
        return True


def _read(path: Path, languages: Sequence[str]) -> tuple[ServiceLevels | None, tuple[str, ...]]:
    """The levels, or None and every fault."""
    try:
        source = path if path.exists() else _PLAIN
        if source.stat().st_size > _LARGEST:
            return None, ("it is larger than 1 MB; write only levels, rules and the silence",)
        written = tomllib.loads(source.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        return None, (str(error),)
    return levels_from(written, languages)


def _stamp(path: Path) -> _Stamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
