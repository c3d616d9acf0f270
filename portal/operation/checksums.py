"""Files that are written so that a power cut cannot take them back, and what proves that they are unchanged."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

_CHUNK = 256 * 1024


def written(path: Path, content: bytes | Iterable[bytes]) -> tuple[int, str]:
    """A new file, on disk when this returns, readable by its owner alone; its size and SHA-256."""
    size, checksum = 0, hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for part in (content,) if isinstance(content, bytes) else content:
            file.write(part)
            size += len(part)
            checksum.update(part)
        file.flush()
        os.fsync(file.fileno())
    return size, checksum.hexdigest()


def measured(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file; OSError when it cannot be read."""
    size, checksum = 0, hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            size += len(part)
            checksum.update(part)
    return size, checksum.hexdigest()
