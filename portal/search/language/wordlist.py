"""A sorted list of many words in few bytes: one block of text, of which only every sixteenth word is kept decoded."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

GROUP = 16
# Stands behind every letter of a word.
_LAST = "\U0010ffff"
REMEMBERED_GROUPS = 256


def packed_words(ordered: Sequence[str]) -> tuple[bytes, array]:
    """Block and starts for a WordList; the words are sorted and without line ends."""
    starts, block = array("I", [0]), bytearray()
    for first in range(0, len(ordered), GROUP):
        block += "\n".join(ordered[first : first + GROUP]).encode("utf-8", "replace")
        starts.append(len(block))
    return bytes(block), starts


class WordList:
    """Looks words up by spelling and by position; safe for threads."""

    def __init__(self, block: bytes | memoryview, starts: array | memoryview) -> None:
        self._block, self._starts = block, starts
        self._group = lru_cache(maxsize=REMEMBERED_GROUPS)(self._decoded)
        self._heads = [self._decoded(group)[0] for group in range(len(starts) - 1)]
        last = self._decoded(len(self._heads) - 1) if self._heads else []
        self._size = max(0, len(self._heads) - 1) * GROUP + len(last)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, position: int) -> str:
        return self._group(position // GROUP)[position % GROUP]

    def position(self, word: str) -> int | None:
        """Where the word stands, or None."""
        group = bisect_right(self._heads, word) - 1
        if group < 0:
            return None
        found = self._group(group)
        place = bisect_left(found, word)
        return group * GROUP + place if place < len(found) and found[place] == word else None

    def beginning_with(self, prefix: str, *, limit: int) -> tuple[int, list[str]]:
        """The first words beginning with the prefix, in order, and where the first of them stands."""
        heads = self._heads
        group = max(0, bisect_left(heads, prefix) - 1)
        words = self._group(group) if heads else []
        first = bisect_left(words, prefix)
        position, found = group * GROUP + first, words[first:]
        while len(found) < limit and group + 1 < len(heads) and heads[group + 1].startswith(prefix):
            group += 1
            found += self._group(group)
        if len(found) > limit or not found or not found[-1].startswith(prefix):
            del found[min(limit, bisect_left(found, prefix + _LAST)) :]
        return position, found

    def beginnings_of(self, text: str, *, shortest: int) -> list[str]:
        """All words of so many letters or more with which the text begins, the longest first."""
        found: list[str] = []
        while len(text) >= shortest and (group := bisect_right(self._heads, text) - 1) >= 0:
            words = self._group(group)
            # Whatever the text begins with, the last word before it in the alphabet begins with as well.
            before = words[bisect_right(words, text) - 1]
            if text.startswith(before):
                if len(before) >= shortest:
                    found.append(before)
                text = before[:-1]
            elif before[:shortest] == text[:shortest]:
                text = text[: next(place for place in range(len(before)) if before[place] != text[place])]
            else:
                break
        return found

    def _decoded(self, group: int) -> list[str]:
        return str(self._block[self._starts[group] : self._starts[group + 1]], "utf-8").split("\n")
