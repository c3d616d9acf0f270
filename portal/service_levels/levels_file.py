"""Reads `content/service-levels.toml`, and keeps the last good one while the file is broken."""

from collections.abc import Sequence
from pathlib import Path

from portal.service_levels.levels import ServiceLevels


def read_levels(path: Path, languages: Sequence[str]) -> ServiceLevels:
    """The levels of the file; a folder without it gets one plain level. SettingError names the first fault."""
    raise NotImplementedError


def level_faults(path: Path, languages: Sequence[str]) -> tuple[str, ...]:
    """Every fault of the file as a sentence with what to write instead, for `flask check-content`."""
    raise NotImplementedError


class LevelsFile:
    """The levels of a running process; SettingError when the file is wrong at the start."""

    def __init__(self, path: Path, languages: Sequence[str]) -> None:
        self._path, self._languages = path, tuple(languages)
        self._levels = read_levels(path, self._languages)

    @property
    def levels(self) -> ServiceLevels:
        """The last good levels."""
        return self._levels

    def refresh(self) -> bool:
        """Take over a changed file; True if it was. A broken or vanished one is logged and the last good one stays."""
        return False
