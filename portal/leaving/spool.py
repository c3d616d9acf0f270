"""Declarations that wait in a file because the database does not answer; each is written down durably or not at all.

`PORTAL_DATA/spool` belongs to one machine; every process of it, and the next start, takes over what lies there with
its original time (spec leaving 2.5). Of the receipt's key a file holds the hash only.
"""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.foundation.config import CONFIG
from portal.foundation.crash import crash_point
from portal.foundation.files.durable import sync_folder
from portal.keys.rules import digest
from portal.leaving.rules.declarations import Arrival, CancellationKind, Channel, Kind, Said

log = logging.getLogger(__name__)

_VERSION = 1
_DIGITS = 32
_MOMENT = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class Waiting:
    """One declaration in a file."""

    said: Said
    arrival: Arrival
    token_digest: str
    path: Path


def folder() -> Path:
    """Where the files lie."""
    data = CONFIG.here().data
    return data / "spool"


def keep(said: Said, arrival: Arrival, token_digest: str) -> None:
    """Write a declaration down for later; OSError when that is not possible either."""
    written = {"version": _VERSION, "token_digest": token_digest, "said": asdict(said), "arrival": _plain(arrival)}
    moment = arrival.received_at.astimezone(UTC).strftime(_MOMENT)
    # Surrogates and the like were taken out of every field before.
    _write(folder() / f"{moment}-{token_digest[:_DIGITS]}.json", json.dumps(written).encode())


def waiting() -> Iterator[Waiting]:
    """Everything that lies there, oldest first; what cannot be read is put aside for a person."""
    for path in sorted(folder().glob("*.json")):
        try:
            yield _read(path)
        except FileNotFoundError:
            continue  # another process was faster
        except (ValueError, KeyError, TypeError) as error:
            log.error("alarm: a declaration in the spool cannot be read (%s): %s", type(error).__name__, path.name)
            with suppress(OSError):
                path.rename(path.with_suffix(".unreadable"))


def arrived_at(path: Path) -> datetime:
    """When the declaration in that file was made, by its name; long ago when the name says nothing."""
    try:
        return datetime.strptime(path.name.partition("-")[0], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def waiting_of(token: str) -> Waiting | None:
    """The declaration whose receipt this key opens, as long as it lies there."""
    key_digest = digest(token)
    for path in folder().glob(f"*-{key_digest[:_DIGITS]}.json"):
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            return _read(path)
    return None


def remove(held: Waiting) -> None:
    """It is in the database now."""
    crash_point("declaration_replayed")
    with suppress(FileNotFoundError):
        held.path.unlink()


def _write(target: Path, whole: bytes) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = target.with_suffix(".half")
    try:
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        crash_point("declaration_half_spooled")
        half.replace(target)
        sync_folder(target.parent)
        crash_point("declaration_spooled")
    except OSError:
        with suppress(OSError):
            half.unlink()
        raise


def _read(path: Path) -> Waiting:
    written = json.loads(path.read_bytes())
    said, arrival = written["said"], written["arrival"]
    said = Said(**said | {"kind": Kind(said["kind"]), "cause": CancellationKind(said["cause"])})
    moments = {name: datetime.fromisoformat(arrival[name]) for name in ("declared_at", "received_at")}
    arrival = Arrival(**arrival | moments | {"channel": Channel(arrival["channel"]), "marks": tuple(arrival["marks"])})
    return Waiting(said, replace(arrival, is_spooled=True), str(written["token_digest"]), path)


def _plain(arrival: Arrival) -> dict[str, Any]:
    values = asdict(arrival) | {"raw": dict(arrival.raw)}
    return values | {name: values[name].isoformat() for name in ("declared_at", "received_at")}
