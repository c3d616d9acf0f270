"""What must outlive a power cut."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a new file is only there for good when its folder was written, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(path: Path, content: bytes) -> None:
    """Write a small file anew, and come back when it is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def kept_once(path: Path, make: Callable[[], str]) -> str:
    """What a file for its owner's eyes says; whoever asks first makes it, and nobody ever finds half of it."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        # Of two who came at one moment the second takes what the first has made.
        with suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
        sync_folder(path.parent)
    return path.read_text()
