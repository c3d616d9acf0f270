"""Reads `content/service-levels.toml`, and keeps the last good one while the file is broken."""

from collections.abc import Sequence
from pathlib import Path

from portal.foundation.files.content_files import ContentFile, read_toml, without_fault
from portal.foundation.web.here import OnePerApp
from portal.service_levels.levels import ServiceLevels
from portal.service_levels.levels_reading import levels_from

# A folder that was not written for this portal has no such file; its questions have this one level.
_PLAIN = Path(__file__).with_name("plain.toml")


def read_levels(path: Path, languages: Sequence[str]) -> ServiceLevels:
    """The levels of the file; a folder without it gets one plain level. SettingError names every fault."""
    return without_fault(path, _read(path, languages))


def level_faults(path: Path, languages: Sequence[str]) -> tuple[str, ...]:
    """Every fault of the file as a sentence with what to write instead, for `flask check-content`."""
    return _read(path, languages)[1]


class LevelsFile(ContentFile[ServiceLevels]):
    """The levels of a running process; SettingError when the file is wrong at the start."""

    def __init__(self, path: Path, languages: Sequence[str]) -> None:
        super().__init__(path, lambda: read_levels(path, languages))

    @property
    def levels(self) -> ServiceLevels:
        """The last good levels."""
        return self._value


LEVELS_FILE = OnePerApp[LevelsFile]("levels")


def _read(path: Path, languages: Sequence[str]) -> tuple[ServiceLevels | None, tuple[str, ...]]:
    """The levels, or None and every fault."""
    try:
        written = read_toml(path, instead=_PLAIN)
    except ValueError as error:
        return None, (str(error),)
    return levels_from(written, languages)
