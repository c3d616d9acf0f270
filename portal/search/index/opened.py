"""One language of an opened index: vocabulary, meanings, impact lists, titles, sheets of articles."""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log
from pathlib import Path
from typing import NamedTuple

from portal.search.index.lanes import WIDTH, Lanes
from portal.search.index.meanings import OpenedMeanings
from portal.search.index.sheets import SIZE, Sheet
from portal.search.index.tables import Texts, read_tables
from portal.search.index.vocabulary import Vocabulary
from portal.search.language.relatives import OpenedRelatives
from portal.search.language.stemming import stem
from portal.search.language.text import fold, phrase_number

REMEMBERED_WORDS = 2048
# A phrase of more articles names none of them.
MOST_NAMED = 3
# A stem that one in so many articles has is frequent, and what it is worth is remembered in so many bytes for all.
FREQUENT, REMEMBERED_BYTES = 20, 1 << 19
_PLACES, _NOTHING = bytes(range(256)), bytes(256)


class Worth(NamedTuple):
    """What something is worth in each article, 0 to 255: in lanes, and one by one."""

    lanes: int
    each: Sequence[int]


class OpenedLanguage(Vocabulary):
    """Read-only; what only few queries or few articles need stays in the file."""

    def __init__(self, place: Path, language: str) -> None:
        """Reads the tables of one language; the caller has checked the files."""
        tables = read_tables(place / "tables")
        super().__init__(tables, language)
        self.keys = Texts(tables["keys"], tables["key_starts"])
        self.categories: list[str] = tables["categories"]
        self.rarities: memoryview = tables["rarities"]
        self.title_weights: memoryview = tables["title_weights"]
        self.meanings = OpenedMeanings(tables)
        self.relatives = OpenedRelatives(tables, self)
        self._tables = tables
        self._starts, self._documents, self._impacts = tables["starts"], tables["documents"], tables["impacts"]
        self._title_starts, self._title_stems = tables["title_starts"], tables["title_stems"]
        self._gram_starts, self._title_grams = tables["title_gram_starts"], tables["title_grams"]
        self.climbed: dict = {}
        self.word_stems = _WordStems(self)
        self._displays = Texts(tables["displays"], tables["display_starts"])
        self.size = len(self.keys)
        self.lanes = Lanes(self.size)
        self.category_bits = self._by_category()
        # A stem that more articles have is frequent: all are better looked at together.
        self.most_rare = self.size // FREQUENT
        self.worth = lru_cache(maxsize=REMEMBERED_BYTES // ((WIDTH + 1) * self.size + 1) + 1)(self._worth)

    def document(self, key: str) -> int | None:
        """Number of the article with this key, or None."""
        order = self._tables["key_order"]
        position = bisect_left(order, key, key=self.keys.__getitem__)
        found = position < self.size and self.keys[order[position]] == key
        return order[position] if found else None

    def display(self, surface: str) -> str:
        """How the articles most often spell a folded word."""
        position = self.surfaces.position(surface)
        return surface if position is None else self._displays[position]

    def frequency(self, number: int | None) -> int:
        """In how many articles a stem stands."""
        if number is None:
            return 0
        return self._starts[number + 1] - self._starts[number]

    def frequencies(self, numbers: Iterable[int]) -> list[int]:
        """The same for several stems."""
        starts = self._starts
        return [starts[number + 1] - starts[number] for number in numbers]

    def rarity(self, frequency: float) -> float:
        """Weight of a word that stands in so many articles (BM25's idf)."""
        return log(1 + (self.size - min(frequency, self.size) + 0.5) / (frequency + 0.5))

    def impacts(self, number: int) -> tuple[memoryview, bytes]:
        """Articles of a stem and what it is worth there (1 to 255)."""
        start, end = self._starts[number], self._starts[number + 1]
        return self._documents[start:end], self._impacts[start:end]

    def postings(self, numbers: Iterable[int]) -> list[tuple[memoryview, bytes]]:
        """The same for several stems."""
        starts, documents, impacts = self._starts, self._documents, self._impacts
        return [
            (documents[(start := starts[number]) : (end := starts[number + 1])], impacts[start:end])
            for number in numbers
        ]

    def _worth(self, number: int) -> Worth:
        """What a stem is worth in each article."""
        worth = _spread(*self.impacts(number), self.size)
        return Worth(self.lanes.of(worth), worth)

    def _by_category(self) -> dict[str, int]:
        """The articles of each category, as marks in lanes."""
        by_name: dict[str, list[int]] = {}
        for document, name in enumerate(self.categories):
            by_name.setdefault(name, []).append(document)
        return {name: self.lanes.marks(documents) for name, documents in by_name.items()}

    def named(self, words: Iterable[str]) -> Sequence[int]:
        """Articles that have just these words as a keyword or a sentence of their title; none where many have them."""
        number, numbers = phrase_number(words), self._tables["named"]
        start = bisect_left(numbers, number)
        end = bisect_right(numbers, number, start)
        return self._tables["named_documents"][start:end] if end - start <= MOST_NAMED else ()

    def title_stems(self, document: int) -> memoryview:
        """Stems of an article's title in reading order."""
        return self._title_stems[self._title_starts[document] : self._title_starts[document + 1]]

    def titles(self, documents: Iterable[int]) -> list[tuple[memoryview, memoryview]]:
        """Of each of these articles the stems of its title, and the numbers of the letter groups of title and keywords.

        A group has its number once.
        """
        stems, starts, grams, gram_starts = self._title_stems, self._title_starts, self._title_grams, self._gram_starts
        return [
            (stems[starts[one] : starts[one + 1]], grams[gram_starts[one] : gram_starts[one + 1]]) for one in documents
        ]

    def sheet(self, document: int) -> Sheet:
        """Title, sentences and text of an article."""
        starts = self._tables["sheet_starts"]
        return Sheet(self._tables["sheets"][starts[document] : starts[document + 1]])

    def documents_with_gram(self, gram: int) -> memoryview:
        """Articles whose title or keywords have this letter group."""
        place = gram * SIZE
        start, end = memoryview(self._tables["gram_starts"][place : place + 2 * SIZE]).cast("I")
        return memoryview(self._tables["gram_documents"][start * SIZE : end * SIZE]).cast("I")


def _spread(documents: memoryview, impacts: bytes, size: int) -> bytes:
    """The impacts at the places of their articles, and nothing at all others."""
    # Filled in by what makes tables of translation, 256 articles at a time: half the time of one by one.
    lowest = 0 if sys.byteorder == "little" else documents.itemsize - 1
    lower, blocks, start = documents.tobytes()[lowest :: documents.itemsize], [], 0
    for first in range(0, size, len(_PLACES)):
        end = bisect_left(documents, first + len(_PLACES), start)
        blocks.append(bytes.maketrans(_PLACES + lower[start:end], _NOTHING + impacts[start:end]))
        start = end
    return b"".join(blocks)[:size]


class _WordStems(dict[str, int | None]):
    """Position of the stem of a word as it is spelled."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, word: str) -> int | None:
        if len(self) >= REMEMBERED_WORDS:
            self.clear()
        language = self._vocabulary.language
        number = self[word] = self._vocabulary.stem_number(stem(fold(word, language), language))
        return number
