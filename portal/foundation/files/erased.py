"""Who was erased, noted sealed beside the backups: those of before still hold them, and a restore erases them again."""

import json
import logging
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.foundation.config import CONFIG
from portal.foundation.files.durable import keep, sync_folder
from portal.foundation.files.vault import seal, unseal

FOLDER = "erased"
# No backup is older, so none holds whom these notes name.
_STAYS = timedelta(days=60)
# A backup holds who is being erased while it is made.
_BETWEEN = timedelta(minutes=1)
_SHAPE = "%Y%m%dT%H%M%SZ"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Erased:
    """All addresses of a person, and whether what was not settled stayed."""

    addresses: tuple[str, ...]
    spares_open: bool


def note_erased(addresses: Collection[str], *, now: datetime, spares_open: bool) -> None:
    """Put it on the disk; nobody's erasure fails for want of the note."""
    sealed = seal(json.dumps({"addresses": sorted(addresses), "spares_open": spares_open}))
    folder = _place() / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep(folder / f"{now.astimezone(UTC):{_SHAPE}}-{secrets.token_hex(8)}", sealed.encode())
        sync_folder(folder)
    except OSError as error:
        log.error("alarm: an erasure was not noted beside the backups, after a restore repeat it by hand: %s", error)


def erased_since(folder: Path, since: datetime) -> Iterator[Erased]:
    """What is noted in this folder of backups since one of them was made; Sealed when its key is gone."""
    for path, at in _notes(folder):
        if at > since - _BETWEEN:
            noted = json.loads(unseal(path.read_text("ascii")))
            yield Erased(tuple(noted["addresses"]), noted["spares_open"])


def forget_erased(now: datetime) -> None:
    """Remove the notes that no backup needs any more."""
    for path, at in _notes(_place()):
        if at < now - _STAYS:
            path.unlink(missing_ok=True)


def _place() -> Path:
    config = CONFIG.here()
    return config.backup_folder or config.data / "backups"


def _notes(folder: Path) -> Iterator[tuple[Path, datetime]]:
    for path in sorted((folder / FOLDER).glob("*Z-*")):
        yield path, datetime.strptime(path.name.partition("-")[0], _SHAPE).replace(tzinfo=UTC)
