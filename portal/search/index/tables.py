"""One file of named tables (number arrays, bytes, word lists) that opens in milliseconds.

Nothing is mapped into memory: whoever cuts or overwrites a mapped file ends every process that reads it. Tables that
each query needs are read when the file is opened, the large ones (`Apart`) piece by piece where they lie.
"""

import json
import os
import struct
import sys
import weakref
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from portal.search.model import IndexDamaged

Table = array | bytes | list
Tables = dict[str, Any]
_HEAD = struct.Struct("<I")


class Apart(bytes):
    """A large table of which a query needs little."""


class OpenFile:
    """A file that stays open as long as somebody reads it, so that it is the same one after a newer took its name."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)

    def read(self, start: int, size: int) -> bytes:
        """So many bytes from this place; raises IndexDamaged if the file has been cut or cannot be read."""
        try:
            block = os.pread(self._file, size, start)
        except OSError as error:
            raise IndexDamaged("the tables cannot be read") from error
        if len(block) < size:
            raise IndexDamaged("the tables have been cut short")
        return block


class Stretch:
    """Reads pieces of a table of the kind `Apart`, by their places in it."""

    def __init__(self, file: OpenFile, start: int) -> None:
        self._file, self._start = file, start

    def __getitem__(self, piece: slice) -> bytes:
        return self._file.read(self._start + piece.start, piece.stop - piece.start)


class Texts:
    """Many short texts in one block of bytes, decoded one at a time."""

    def __init__(self, block: bytes | memoryview | Stretch, starts: array | memoryview) -> None:
        self._block, self._starts = block, starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return str(self._block[self._starts[number] : self._starts[number + 1]], "utf-8", "replace")


def texts(items: Sequence[str]) -> tuple[bytes, array]:
    """Block and starts for Texts."""
    blocks = [item.encode("utf-8", "replace") for item in items]
    starts = array("I", [0])
    for block in blocks:
        starts.append(starts[-1] + len(block))
    return b"".join(blocks), starts


def write_tables(path: Path, tables: Mapping[str, Table]) -> None:
    """Writes the tables one after the other behind a list of their kinds and sizes."""
    blocks, head = [], []
    for name, table in tables.items():
        kind, block = _packed(table)
        head.append((name, kind, len(block)))
        blocks.append(block)
    listing = json.dumps(head).encode()
    path.write_bytes(b"".join((_HEAD.pack(len(listing)), listing, *blocks)))


def read_tables(path: Path) -> Tables:
    """Opens what write_tables wrote; raises IndexDamaged if it does not fit together."""
    try:
        file = OpenFile(path)
        (length,) = _HEAD.unpack(file.read(0, _HEAD.size))
        listing = json.loads(file.read(_HEAD.size, length))
        return dict(_unpacked(file, listing, _HEAD.size + length))
    except (OSError, struct.error, ValueError, TypeError) as error:
        raise IndexDamaged(f"{path.name} cannot be read") from error


def _packed(table: Table) -> tuple[str, bytes]:
    if isinstance(table, array):
        return table.typecode, table.tobytes()
    if isinstance(table, bytes):
        return "apart" if isinstance(table, Apart) else "bytes", table
    return "words", "".join(f"{word}\n" for word in table).encode("utf-8", "replace")


def _unpacked(
    file: OpenFile, listing: list, start: int
) -> Iterator[tuple[str, bytes | memoryview | list[str] | Stretch]]:
    for name, kind, size in listing:
        yield name, Stretch(file, start) if kind == "apart" else _table(kind, file.read(start, size))
        start += size


def _table(kind: str, block: bytes) -> bytes | memoryview | list[str]:
    if kind == "bytes":
        return block
    if kind == "words":
        return [sys.intern(word) for word in str(block, "utf-8").split("\n")[:-1]]
    return memoryview(block).cast(cast("Literal['I', 'Q']", kind))
