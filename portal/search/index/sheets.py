"""What is shown and looked at of one article, in one piece: a query reads it for the few best articles only.

A sheet is a row of numbers, a checksum first, then the title and the text on one line in UTF-8. After the sizes the
numbers say where each row of stems starts; where each sentence starts in the text, in bytes and in letters; where each
word of title and text stands (`_span`); then come the stems. These stand in two rows for each sentence: its words,
those of all sentences first, and behind them what else each sentence is found by. The checksum is there because the
file is read while others may write into it.

Stems are read as letters of one long word, each letter standing for the stem of its number (`letter_of`): to find one
among hundreds is then one step. So an index may have 1,114,111 different stems.
"""

import codecs
import re
import struct
import sys
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import accumulate, islice, pairwise

from portal.search.language.text import WORD
from portal.search.model import MARK_BEGIN, MARK_END, IndexDamaged, Marked

NUMBER = "I"
SIZE = array(NUMBER).itemsize
# The checksum and these numbers stand before the rows: sentences, stems, words of the title, bytes before the title
# (a multiple of a number's size) and of the title.
_HEAD = 6
# What a letter may need in UTF-8.
MOST_BYTES = 4
# A word's first letter and its length are one number; of a longer word only so many letters are marked.
_LENGTHS = 256
_letters = codecs.utf_32_le_decode if sys.byteorder == "little" else codecs.utf_32_be_decode
letter_of = chr
_SIZES = struct.Struct(f"={_HEAD}I")


def packed_sheet(title: str, text: bytes, places: Sequence[int], sentences: Sequence[tuple[list, list]]) -> bytes:
    """The bytes of a sheet; of each sentence its stems in their order and those beside them, as numbers."""
    head = title.encode("utf-8", "replace")
    rows = [*(ordered for ordered, _ in sentences), *(beside for _, beside in sentences)]
    stems = [number for row in rows for number in row]
    starts = list(accumulate(map(len, rows), initial=0))
    letters = accumulate((len(text[start:end].decode()) for start, end in pairwise(places)), initial=0)
    in_title = [_span(word) for word in WORD.finditer(title)]
    in_text = [_span(word) for word in islice(WORD.finditer(text.decode()), starts[len(sentences)])]
    numbers = [*starts, *places, *islice(letters, len(places)), *in_title, *in_text, *stems]
    sizes = [len(sentences), len(stems), len(in_title), SIZE * (_HEAD + len(numbers)), len(head)]
    content = array(NUMBER, [*sizes, *numbers]).tobytes() + head + text
    return zlib.crc32(content).to_bytes(SIZE, sys.byteorder) + content


def _span(word: re.Match[str]) -> int:
    """Where a word starts and how long it is."""
    return word.start() * _LENGTHS + min(len(word[0]), _LENGTHS - 1)


class Sheet:
    """One article's title, sentences and text."""

    __slots__ = ("_in_text", "_numbers", "_places", "_record", "_sentences", "_starts", "_title", "letters")

    def __init__(self, record: bytes) -> None:
        """Raises IndexDamaged if something has been written over it."""
        whole = memoryview(record)
        (checksum, count, stems, words, title, size) = _SIZES.unpack_from(record)
        if zlib.crc32(whole[SIZE:]) != checksum:
            raise IndexDamaged("an article has been changed in the index")
        self._record, self._sentences = record, count
        numbers = self._numbers = whole[:title].cast("I")
        first = _HEAD + 2 * count + 1
        self._starts = numbers[_HEAD:first].tolist()
        # Where the places of sentences begin among the numbers, and those of words in title and text.
        self._places, self._in_text = first, first + 2 * count + words
        # The stems of all sentences.
        self.letters: str = _letters(whole[title - SIZE * stems : title], "surrogatepass", True)[0]
        self._title = title, title + size

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

    def marked_title(self, places: Iterable[int]) -> Marked:
        """The title with these of its words marked; there may be places behind its end."""
        spans = self._numbers[self._places + 2 * self._sentences : self._in_text]
        return _marked(self.title, [spans[place] for place in places if place < len(spans)])

    def marked_text(self, sentence: int | None, most: int, wanted: Set[str]) -> Marked:
        """About so many letters from this sentence or the beginning on, words with these stems marked.

        Whole words, with an ellipsis where the text goes on.
        """
        if not self._sentences:
            return ""
        first, places = sentence or 0, self._places
        numbers, letters = self._numbers, self._numbers[places + self._sentences : places + 2 * self._sentences]
        text = self._text(first, most)
        if first and len(text) < most // 2:
            # The last sentences of an article stand with those before them.
            first = bisect_left(letters, letters[first] + len(text) - most, 0, first)
            text = self._text(first, most)
        shown = text if len(text) <= most else text[:most].rsplit(" ", 1)[0]
        before, begin = letters[first], self._starts[first]
        words = self.letters[begin : self._starts[bisect_left(letters, before + len(shown))]]
        marked = [numbers[self._in_text + place] for place, one in enumerate(words, begin) if one in wanted]
        return _marked(shown, marked, before) + (" …" if shown is not text else "")

    def _text(self, sentence: int, most: int) -> str:
        """The text from this sentence on, a little more than so many letters of it."""
        start = self._title[1] + self._numbers[self._places + sentence]
        return str(self._record[start : start + MOST_BYTES * (most + 1)], "utf-8", "ignore")


def _marked(text: str, spans: Iterable[int], before: int = 0) -> Marked:
    """The text with these words marked, whose places are counted from so many letters before it."""
    parts: list[str] = []
    done = 0
    for span in spans:
        start = span // _LENGTHS - before
        if start >= len(text):
            break
        end = start + span % _LENGTHS
        parts += (text[done:start], MARK_BEGIN, text[start:end], MARK_END)
        done = end
    return "".join((*parts, text[done:])) if parts else text
