"""Where backups lie and when they were made, told by their names: all that a web process needs to know of them."""

from datetime import UTC, datetime
from pathlib import Path

from portal.foundation.config import CONFIG

LIST = "manifest.json"
SHAPE = "portal-%Y%m%dT%H%M%SZ"


def backup_folder() -> Path | None:
    """Where backups of this portal go by themselves; None when nobody has named a folder."""
    return CONFIG.here().backup_folder


def list_backups(folder: Path, why: str = "*") -> list[Path]:
    """The folders of finished backups, the oldest first; what is none is passed over."""
    return sorted(path for path in folder.glob(f"portal-*-{why}") if made_at(path) and (path / LIST).is_file())


def made_at(folder: Path) -> datetime | None:
    """When a backup was made, by the name of its folder; None when it has no such name."""
    try:
        return datetime.strptime(folder.name.rpartition("-")[0], SHAPE).replace(tzinfo=UTC)
    except ValueError:
        return None
