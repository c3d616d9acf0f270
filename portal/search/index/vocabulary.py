"""The words of an index: stems, the words as they are written, the same from behind, and by their letters."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.search.language.lookalikes import Lookalikes, lookalike_tables
from portal.search.language.wordlist import WordList, packed_words

# Stands for the stem of a word that no article has.
NO_STEM = 0xFFFFFFFF


def vocabulary_tables(stems: Sequence[str], surfaces: Sequence[str], surface_stems: Sequence[int | None]) -> dict:
    """The tables for sorted stems, sorted folded words, and the number of each word's stem."""
    numbers = array("I", (NO_STEM if number is None else number for number in surface_stems))
    backward = sorted((word[::-1], number) for word, number in zip(surfaces, numbers, strict=True) if number != NO_STEM)
    tables: dict = {"surface_stems": numbers, "backward_stems": array("I", (number for _, number in backward))}
    lists = {"stems": stems, "surfaces": surfaces, "backward": [word for word, _ in backward]}
    for name, words in lists.items():
        tables[name], tables[f"{name}_starts"] = packed_words(words)
    return tables | lookalike_tables(surfaces)


class Vocabulary:
    """Read-only; every number is the position of a stem."""

    def __init__(self, tables: Mapping[str, Any], language: str) -> None:
        self.language = language
        self.stems, self.surfaces, self._backward = (
            WordList(tables[name], tables[f"{name}_starts"]) for name in ("stems", "surfaces", "backward")
        )
        self._surface_stems, self._backward_stems = tables["surface_stems"], tables["backward_stems"]
        self.lookalikes = Lookalikes(tables)

    def stem_number(self, word: str) -> int | None:
        """Position of a stem, or None if no article has it."""
        return self.stems.position(word)

    def surface_stem(self, surface: str) -> int | None:
        """Position of the stem of a folded word that stands in an article."""
        position = self.surfaces.position(surface)
        return None if position is None else self.stem_of(position)

    def beginning_with(self, prefix: str, *, limit: int) -> list[tuple[str, int | None]]:
        """Words beginning with the prefix and their stems, in alphabetical order."""
        return self.words_beginning_with(prefix, limit=limit)[1]

    def words_beginning_with(self, prefix: str, *, limit: int) -> tuple[int, list[tuple[str, int | None]]]:
        """Words beginning with the prefix, and where the first of them stands among all words."""
        position, found = self.surfaces.beginning_with(prefix, limit=limit)
        numbers = self._surface_stems[position : position + len(found)]
        return position, [
            (surface, None if number == NO_STEM else number) for surface, number in zip(found, numbers, strict=True)
        ]

    def positions(self, prefix: str, *, limit: int) -> Iterator[tuple[int, str]]:
        """Words beginning with the prefix, each with its position."""
        position, found = self.surfaces.beginning_with(prefix, limit=limit)
        return enumerate(found, position)

    def stems_ending_with(self, suffix: str, *, limit: int) -> list[int]:
        """Stems of the words that end with the suffix."""
        position, found = self._backward.beginning_with(suffix[::-1], limit=limit)
        return self._backward_stems[position : position + len(found)].tolist()

    def stem_of(self, position: int) -> int | None:
        """Position of the stem of the word at this position, or None if no article has it."""
        number = self._surface_stems[position]
        return None if number == NO_STEM else number
