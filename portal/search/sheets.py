"""What is shown and looked at of one article, in one piece: a query reads it for the few best articles only.

A sheet is a checksum and a row of numbers (how many sentences and bytes of title; where each row of stems starts; where
each sentence starts in the text; the stems), then the title and the text on one line in UTF-8. The stems stand in two
rows for each sentence: its words, those of all sentences first, and behind them what else each sentence is found by.
The checksum is there because the file is read while others may write into it.

Stems are read as letters of one long word, each letter standing for the stem of its number (`letter_of`): to find one
among hundreds is then one step. So an index may have 1,114,111 different stems.
"""

import codecs
import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from itertools import accumulate

from portal.search.model import IndexDamaged

NUMBER = "I"
SIZE = array(NUMBER).itemsize
# Three numbers stand before the rows.
_HEAD = 3
# What a letter may need in UTF-8.
MOST_BYTES = 4
_letters = codecs.utf_32_le_decode if sys.byteorder == "little" else codecs.utf_32_be_decode
letter_of = chr


def packed_sheet(title: str, text: bytes, places: Sequence[int], sentences: Sequence[tuple[list, list]]) -> bytes:
    """The bytes of a sheet; of each sentence its stems in their order and those beside them, as numbers."""
    head = title.encode("utf-8", "replace")
    rows = [*(ordered for ordered, _ in sentences), *(beside for _, beside in sentences)]
    stems = [number for row in rows for number in row]
    starts = accumulate(map(len, rows), initial=0)
    content = array(NUMBER, [len(sentences), len(head), *starts, *places, *stems]).tobytes() + head + text
    return zlib.crc32(content).to_bytes(SIZE, sys.byteorder) + content


class Sheet:
    """One article's title, sentences and text."""

    __slots__ = ("_places", "_record", "_sentences", "_starts", "_title", "letters")

    def __init__(self, record: bytes) -> None:
        """Raises IndexDamaged if something has been written over it."""
        self._record, whole = record, memoryview(record)
        numbers = whole[: len(record) - len(record) % SIZE].cast("I")
        if zlib.crc32(whole[SIZE:]) != numbers[0]:
            raise IndexDamaged("an article has been changed in the index")
        count = self._sentences = numbers[1]
        first = _HEAD + 2 * count + 1
        self._starts = numbers[_HEAD:first].tolist()
        self._places = numbers[first : first + count]
        stems, title = SIZE * (first + count), SIZE * (first + count + self._starts[-1])
        # The stems of all sentences.
        self.letters: str = _letters(whole[stems:title], "surrogatepass", True)[0]
        self._title = title, title + numbers[2]

    @property
    def title(self) -> str:
        """The whole title."""
        start, end = self._title
        return str(self._record[start:end], "utf-8")

    def sentences_with(self, wanted: Mapping[str, int]) -> list[tuple[int, set[int]]]:
        """The sentences that have some of these stems, in reading order, with the numbers of those they have."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        letters, starts, count = self.letters, self._starts, self._sentences
        for letter in [one for one in wanted if one in letters]:
            place = letters.find(letter)
            while place >= 0:
                row = bisect_right(starts, place)
                found[(row - 1) % count].add(wanted[letter])
                place = letters.find(letter, starts[row])
        return sorted(found.items())

    def stems_of(self, sentence: int) -> list[int]:
        """The stems of a sentence in their order, and those beside them."""
        rows = (sentence, self._sentences + sentence)
        return [ord(letter) for row in rows for letter in self.letters[self._starts[row] : self._starts[row + 1]]]

    def text_from(self, sentence: int | None, letters: int) -> str:
        """So many letters of the text on one line, from this sentence or the beginning on."""
        start = self._title[1] + (self._places[sentence] if sentence is not None else 0)
        return str(self._record[start : start + MOST_BYTES * letters], "utf-8", "ignore")[:letters]

    def places_in(self, text: str, sentence: int | None, wanted: Set[str]) -> list[int]:
        """Which words of this text, which stands from the sentence on, have one of these stems: their places in order.

        Words of its last sentence count that the text has no more.
        """
        if not self._sentences:
            return []
        first = sentence or 0
        last = bisect_left(self._places, self._places[first] + len(text.encode()))
        words = self.letters[self._starts[first] : self._starts[last]]
        return [place for place, letter in enumerate(words) if letter in wanted]
