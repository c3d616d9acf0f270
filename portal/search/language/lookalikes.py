"""Which words can be one or two typing errors away from another: told by their letters, for all words at once.

For each letter there is one large number in which each word has a bit, set where the word has the letter. An error
takes one letter away and brings another one at most, so that few words are left to be compared letter by letter.
"""

import re
from array import array
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from portal.search.index.tables import Apart
from portal.search.language.text import MAX_WORD

REMEMBERED_LENGTHS = 12
# Letters of one kind have the last five bits of their number in common: each letter from a to z is a kind of its own.
_KINDS: Final = 32
_ORDER: Final = "little"
_MARK = re.compile("1")


def _kinds_of(word: str) -> set[int]:
    return {ord(letter) % _KINDS for letter in word}


def lookalike_tables(surfaces: Sequence[str]) -> dict:
    """The tables for these folded words, numbers left out."""
    lists: list[list[str]] = [[] for _ in range(MAX_WORD + 1)]
    for length, group in groupby(sorted((word for word in surfaces if not word.isdigit()), key=len), key=len):
        lists[length] = list(group)
    places, starts, block = [0], [0], bytearray()
    for words in lists:
        block += "\n".join(words).encode("utf-8", "replace")
        starts.append(len(block))
        places.append(places[-1] + len(words))
    width = places[-1] // 8 + 1
    rows = [bytearray(width) for _ in range(_KINDS)]
    for place, word in enumerate(word for words in lists for word in words):
        for kind in _kinds_of(word):
            rows[kind][place // 8] |= 1 << place % 8
    return {
        "by_length": Apart(block),
        "length_starts": array("I", starts),
        "length_places": array("I", places),
        "letters": Apart(b"".join(rows)),
    }


class Lookalikes:
    """Finds words that are written nearly alike; safe for threads."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._by_length, self._starts, self._places = (
            tables[name] for name in ("by_length", "length_starts", "length_places")
        )
        width = self._places[-1] // 8 + 1
        rows = (tables["letters"][width * kind : width * (kind + 1)] for kind in range(_KINDS))
        self._letters = [int.from_bytes(row, _ORDER) for row in rows]
        self._text = lru_cache(maxsize=REMEMBERED_LENGTHS)(self._text_of_length)

    def of(self, word: str, errors: int) -> list[list[str]]:
        """Every word that is at most so many errors away, and some more; those of one length together."""
        lengths = range(max(1, len(word) - errors), min(MAX_WORD, len(word) + errors) + 1)
        first, end = self._places[lengths.start], self._places[lengths.stop]
        bits = f"{self._with_nearly_all(_kinds_of(word), errors, first, end):b}"[::-1]
        found = []
        for length in lengths:
            start, step, text = self._places[length] - first, length + 1, ""
            places = [mark.start() - start for mark in _MARK.finditer(bits, start, self._places[length + 1] - first)]
            if places:
                text = self._text(length)
            found.append([text[place * step : place * step + length] for place in places])
        return found

    def _with_nearly_all(self, wanted: set[int], errors: int, first: int, end: int) -> int:
        """The words in this stretch that lack so many of these letters at most, and have no more others."""
        everything = (1 << end - first) - 1
        # Bits of words for which one letter, two and so on are not as they should be.
        lacking, beyond = [0] * (errors + 1), [0] * (errors + 1)
        for kind, row in enumerate(self._letters):
            having = row >> first & everything
            counted = lacking if kind in wanted else beyond
            wrong = having ^ everything if kind in wanted else having
            for count in range(errors, 0, -1):
                counted[count] |= counted[count - 1] & wrong
            counted[0] |= wrong
        return everything & ~(lacking[errors] | beyond[errors])

    def _text_of_length(self, length: int) -> str:
        """All words of so many letters, with a line end behind each."""
        return str(self._by_length[self._starts[length] : self._starts[length + 1]], "utf-8", "replace")
