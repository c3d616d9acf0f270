"""What is shown and looked at of one article, in one piece: a query reads it for the few best articles only.

A sheet is a checksum and a row of numbers (how many sentences and bytes of title; where the stems of each sentence
start, how many of them are words, where the sentence starts in the text; the stems), then the title and the text on one
line in UTF-8. The checksum is there because the file is read while others may write into it.
"""

import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Sequence, Set

from portal.search.model import IndexDamaged

NUMBER = "I"
SIZE = array(NUMBER).itemsize
# Three numbers stand before the rows.
_HEAD = 3
# What a letter may need in UTF-8.
MOST_BYTES = 4


def packed_sheet(title: str, text: bytes, places: Sequence[int], sentences: Sequence[tuple[list, list]]) -> bytes:
    """The bytes of a sheet; of each sentence its stems in their order and those beside them, as numbers."""
    head = title.encode("utf-8", "replace")
    starts, stems = [0], array(NUMBER)
    for ordered, beside in sentences:
        stems.extend([*ordered, *beside])
        starts.append(len(stems))
    counts = [len(ordered) for ordered, _ in sentences]
    numbers = array(NUMBER, [len(sentences), len(head), *starts, *counts, *places, *stems])
    content = numbers.tobytes() + head + text
    return zlib.crc32(content).to_bytes(SIZE, sys.byteorder) + content


class Sheet:
    """One article's title, sentences and text."""

    __slots__ = ("_record", "_rows", "_sentences", "_starts", "_stems", "_title")

    def __init__(self, record: bytes) -> None:
        """Raises IndexDamaged if something has been written over it."""
        self._record, whole = record, memoryview(record)
        numbers = whole[: len(record) - len(record) % SIZE].cast("I")
        if zlib.crc32(whole[SIZE:]) != numbers[0]:
            raise IndexDamaged("an article has been changed in the index")
        count = self._sentences = numbers[1]
        first = _HEAD + count + 1
        self._starts = numbers[_HEAD:first].tolist()
        self._rows = numbers[first : first + 2 * count]
        stems = first + 2 * count
        self._stems = numbers[stems : stems + self._starts[-1]]
        place = (stems + self._starts[-1]) * SIZE
        self._title = place, place + numbers[2]

    @property
    def title(self) -> str:
        """The whole title."""
        start, end = self._title
        return str(self._record[start:end], "utf-8")

    @property
    def stems(self) -> memoryview:
        """The stems of all sentences."""
        return self._stems

    def sentences_with(self, wanted: Set[int]) -> dict[int, set[int]]:
        """The sentences that have some of these stems, in reading order, with those they have."""
        found: dict[int, set[int]] = {}
        stems, starts = self._stems.tolist(), self._starts
        sentence, end = 0, 0
        for place in [place for place, number in enumerate(stems) if number in wanted]:
            if place >= end:
                sentence = bisect_right(starts, place, sentence) - 1
                end = starts[sentence + 1]
                found[sentence] = set()
            found[sentence].add(stems[place])
        return found

    def stems_of(self, sentence: int) -> memoryview:
        """The stems of a sentence in their order."""
        return self._stems[self._starts[sentence] : self._starts[sentence + 1]]

    def words_from(self, sentence: int | None, count: int) -> list[int]:
        """Stems of so many words in their order, from this sentence or the beginning on."""
        found: list[int] = []
        for number in range(sentence or 0, self._sentences):
            start = self._starts[number]
            found += self._stems[start : start + self._rows[number]]
            if len(found) >= count:
                break
        return found

    def text_from(self, sentence: int | None, letters: int) -> str:
        """So many letters of the text on one line, from this sentence or the beginning on."""
        start = self._title[1] + (self._rows[self._sentences + sentence] if sentence is not None else 0)
        return str(self._record[start : start + MOST_BYTES * letters], "utf-8", "ignore")[:letters]
