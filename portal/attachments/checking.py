"""Invariant I4: every file is as it came, and nothing lies around that belongs to nobody."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from portal.attachments.models import Attachment
from portal.attachments.queries import stored_names
from portal.attachments.rules import HELD_FOR
from portal.attachments.storage import STORAGE
from portal.foundation.database import db

_CHUNK = 256 * 1024


def check_files(now: datetime, *, share: tuple[int, int] = (0, 1)) -> Iterator[str]:
    """A sentence for each file that is missing or changed, and for each that has no row after a day.

    `share` (n, m) reads each m-th file alone, beginning with the n-th.
    """
    part, parts = share
    if not STORAGE.here().answers():
        yield "the place of files that people send does not answer: nothing is known of them"
        return
    # In pieces: a hundred thousand rows need not be in memory at once.
    rows = select(Attachment).where(Attachment.id % parts == part).order_by(Attachment.id)
    for row in db.session.scalars(rows.execution_options(yield_per=500)):
        if fault := _fault(row):
            yield f"file {row.id}: {fault}"
    for name in _without_row(now):
        yield f"stored file {name} belongs to nothing and is older than a day"
    leftovers = sum(1 for _ in STORAGE.here().leftovers(now - HELD_FOR))
    if leftovers:
        yield f"{leftovers} unfinished files in tmp are older than a day"


def _fault(row: Attachment) -> str:
    try:
        size, checksum = _measured(row.storage_name)
        if row.picture_name:
            STORAGE.here().open(row.picture_name).close()
    except FileNotFoundError:
        return "its bytes are missing"
    except OSError:
        return "its bytes cannot be read"
    if size != row.size:
        return f"{size} bytes instead of {row.size}"
    return "" if checksum == row.sha256 else "its content has changed"


def _measured(name: str) -> tuple[int, str]:
    size, checksum = 0, hashlib.sha256()
    with STORAGE.here().open(name) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            checksum.update(chunk)
    return size, checksum.hexdigest()


def _without_row(now: datetime) -> Iterator[str]:
    kept = stored_names()
    return (name for name in STORAGE.here().older_than(now - HELD_FOR) if name not in kept)
