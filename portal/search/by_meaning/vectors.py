"""Vectors of the articles of one language in one file: written beside and renamed, checked when they are opened."""

import os
import zlib
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from heapq import nsmallest
from operator import add, gt, mul
from pathlib import Path

from portal.search.index.tables import Apart, Tables, Texts, read_tables, texts, write_tables
from portal.search.model import IndexUnusable

# Another form gets another name, so that no version of the program takes the files of another for damaged.
ENDING = ".vectors-2"
# What a number of a vector becomes: a whole one from -127 to 127, so that a vector takes 384 bytes; kept as 1 to 255,
# because Python reads bytes twice as fast as numbers with a sign.
_WIDEST, _ZERO = 127, 128


class VectorsUnusable(Exception):
    """Missing or damaged: go on without, and write them again."""


@dataclass(frozen=True, slots=True)
class Vector:
    """An article's vector: what text it was made of, by its checksum; its numbers, and what one of them is worth."""

    made_of: bytes
    scale: float
    numbers: bytes

    @classmethod
    def of(cls, numbers: Sequence[float], made_of: bytes = b"") -> "Vector":
        """The vector in whole numbers."""
        scale = max(map(abs, numbers), default=0.0) / _WIDEST or 1.0
        return cls(made_of, scale, bytes([_ZERO + round(number / scale) for number in numbers]))

    def measure(self) -> "Callable[[Vector], float]":
        """What tells how near other vectors are to this one: the cosine of the angle between them."""
        own, scale = [number - _ZERO for number in self.numbers], self.scale
        least = _ZERO * sum(own)
        return lambda other: (sum(map(mul, own, other.numbers)) - least) * scale * other.scale


class Vectors:
    """The vectors of one language: sides in memory, numbers read where they are needed; safe for threads."""

    def __init__(self, path: Path) -> None:
        """VectorsUnusable when the file is missing or damaged."""
        try:
            tables = read_tables(path)
            self.model, self.fingerprint = tables["head"]
            self.keys = Texts(tables["keys"], tables["key_starts"])
            self._made_of, self._scales, self._mean = tables["made_of"], tables["scales"], tables["mean"]
            self._numbers, signs = tables["numbers"], tables["signs"]
            self._path, self._width = path, len(self._mean)
            if _sum({**tables, "numbers": self._numbers[0 : len(self.keys) * self._width]}) != tables["sum"][0]:
                raise VectorsUnusable(f"{path.name} is damaged")
        except (IndexUnusable, KeyError, IndexError, TypeError, ValueError) as error:
            raise VectorsUnusable(f"{path.name} cannot be read") from error
        wide = (self._width + 7) // 8
        self._signs = [int.from_bytes(signs[place * wide : place * wide + wide]) for place in range(len(self.keys))]

    def __getitem__(self, place: int) -> Vector:
        """VectorsUnusable when the file has been cut since it was opened."""
        start, wide = place * self._width, len(self._made_of) // len(self.keys)
        made_of = self._made_of[place * wide : place * wide + wide]
        try:
            return Vector(made_of, self._scales[place], self._numbers[start : start + self._width])
        except IndexUnusable as error:
            raise VectorsUnusable(f"{self._path.name} has been cut") from error

    def discard(self) -> None:
        """Away with the damaged file: every process sees that it is missing, and one writes it again."""
        with suppress(OSError):
            self._path.unlink()

    def places(self) -> dict[str, int]:
        """Where the vector of each key is."""
        return {self.keys[place]: place for place in range(len(self.keys))}

    def items(self) -> Iterator[tuple[str, Vector]]:
        """Every key with its vector."""
        return ((self.keys[place], self[place]) for place in range(len(self.keys)))

    def likely(self, vector: Vector, most: int, among: Sequence[int]) -> Sequence[int]:
        """About the nearest of these, at most so many: by which side of the mean each number lies, which is quick."""
        if len(among) <= most:
            return among
        signs = _signs(vector, self._mean)
        known = self._signs
        return nsmallest(most, among, key=lambda place: (known[place] ^ signs).bit_count())


def write_vectors(path: Path, found: Mapping[str, Vector], *, model: str, fingerprint: str) -> None:
    """Publishes vectors by the keys of their articles; `fingerprint` names the index that none is missing for."""
    mean = _mean(found.values())
    keys, key_starts = texts(list(found))
    tables: Tables = {"head": [model, fingerprint], "keys": keys, "key_starts": key_starts, "mean": mean}
    tables["made_of"] = b"".join(vector.made_of for vector in found.values())
    tables["scales"] = array("f", [vector.scale for vector in found.values()])
    tables["numbers"] = Apart(b"".join(vector.numbers for vector in found.values()))
    wide = (len(mean) + 7) // 8
    tables["signs"] = b"".join(_signs(vector, mean).to_bytes(wide) for vector in found.values())
    tables["sum"] = array("I", [_sum(tables)])
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    write_tables(beside, tables)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(path)


def _mean(vectors: Collection[Vector]) -> array:
    """What the vectors have in common: every text lies near it."""
    total: list[float] = []
    for vector in vectors:
        own = [(number - _ZERO) * vector.scale for number in vector.numbers]
        total = list(map(add, total, own)) if total else own
    return array("f", [number / len(vectors) for number in total])


def _signs(vector: Vector, mean: Sequence[float]) -> int:
    """One bit for each number: whether it is above the mean's."""
    line = [_ZERO + number / vector.scale for number in mean]
    above = bytes(map(gt, vector.numbers, line))
    return int(above.translate(_BITS), 2) if above else 0


_BITS = bytes.maketrans(b"\0\1", b"01")


def _sum(tables: Tables) -> int:
    total = 0
    for name, table in tables.items():
        if name != "sum":
            total = zlib.crc32("\n".join(table).encode() if isinstance(table, list) else table, total)
    return total
