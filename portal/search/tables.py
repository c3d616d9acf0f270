"""One file of named tables (number arrays, bytes, word lists) that opens in milliseconds."""

import json
import mmap
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


class Texts:
    """Many short texts in one block of bytes, decoded one at a time."""

    def __init__(self, block: bytes | memoryview, starts: array | memoryview) -> None:
        self._block, self._starts = block, starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return str(self._block[self._starts[number] : self._starts[number + 1]], "utf-8")


class Apart(bytes):
    """A large table of which a query needs little: it is read where it is needed, and never mapped."""


class Stretch:
    """Reads a table of the kind `Apart`; what is mapped would count as memory of every process."""

    def __init__(self, path: Path, start: int) -> None:
        self._file, self._start = os.open(path, os.O_RDONLY | os.O_CLOEXEC), start
        weakref.finalize(self, os.close, self._file)

    def read(self, start: int, end: int) -> bytes:
        """The bytes between these places of the table."""
        return os.pread(self._file, end - start, self._start + start)


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
    """Maps what write_tables wrote into memory; raises IndexDamaged if it does not fit together."""
    try:
        with path.open("rb") as file:
            content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        (length,) = _HEAD.unpack_from(content)
        listing = json.loads(bytes(content[_HEAD.size : _HEAD.size + length]))
        return dict(_unpacked(path, content, listing, _HEAD.size + length))
    except (OSError, struct.error, ValueError, TypeError) as error:
        raise IndexDamaged(f"{path.name} cannot be read") from error


def _packed(table: Table) -> tuple[str, bytes]:
    if isinstance(table, array):
        return table.typecode, table.tobytes()
    if isinstance(table, bytes):
        return "apart" if isinstance(table, Apart) else "bytes", table
    return "words", "".join(f"{word}\n" for word in table).encode("utf-8", "replace")


def _unpacked(
    path: Path, content: memoryview, listing: list, start: int
) -> Iterator[tuple[str, memoryview | list[str] | Stretch]]:
    for name, kind, size in listing:
        yield name, Stretch(path, start) if kind == "apart" else _table(kind, content[start : start + size])
        start += size


def _table(kind: str, block: memoryview) -> memoryview | list[str]:
    if kind == "bytes":
        return block
    if kind == "words":
        return [sys.intern(word) for word in str(block, "utf-8").split("\n")[:-1]]
    return block.cast(cast("Literal['I']", kind))
