"""One language of an opened index: vocabulary, meanings, impact lists, titles, passages, texts."""

from bisect import bisect_left, bisect_right
from collections.abc import Set
from math import log
from pathlib import Path

from portal.search.meanings import OpenedMeanings
from portal.search.relatives import OpenedRelatives
from portal.search.stemming import stem
from portal.search.tables import Texts, read_tables
from portal.search.text import fold
from portal.search.vocabulary import Vocabulary

REMEMBERED_WORDS = 2048
# What a letter may need in UTF-8.
MOST_BYTES = 4


class OpenedLanguage(Vocabulary):
    """Read-only and lazy: the tables stay in the file and are mapped into memory where they are read."""

    def __init__(self, place: Path, language: str) -> None:
        """Maps the tables of one language; the caller has checked the files."""
        tables = read_tables(place / "tables")
        super().__init__(tables, language)
        self.keys = Texts(tables["keys"], tables["key_starts"])
        self.heads = Texts(tables["heads"], tables["head_starts"])
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

    def rarity(self, frequency: float) -> float:
        """Weight of a word that stands in so many articles (BM25's idf)."""
        return log(1 + (self.size - min(frequency, self.size) + 0.5) / (frequency + 0.5))

    def impacts(self, number: int) -> tuple[memoryview, memoryview]:
        """Articles of a stem and what it is worth there (1 to 255)."""
        start, end = self._starts[number], self._starts[number + 1]
        return self._documents[start:end], self._impacts[start:end]

    def title_stems(self, document: int) -> memoryview:
        """Stems of an article's title in reading order."""
        return self._title_stems[self._title_starts[document] : self._title_starts[document + 1]]

    def title_grams(self, document: int) -> memoryview:
        """Numbers of the letter groups of an article's title and keywords, each once."""
        return self._title_grams[self._gram_starts[document] : self._gram_starts[document + 1]]

    def passages_with(self, document: int, wanted: Set[int]) -> dict[int, set[int]]:
        """The sentences that have some of these stems, in reading order, with those they have."""
        firsts, starts = self._tables["passage_firsts"], self._tables["passage_starts"]
        first, last = firsts[document], firsts[document + 1]
        begin = starts[first]
        stems = self._tables["passage_stems"][begin : starts[last]].tolist()
        found: dict[int, set[int]] = {}
        passage, end = first, begin
        for place in [place for place, number in enumerate(stems, begin) if number in wanted]:
            if place >= end:
                passage = bisect_right(starts, place, passage, last) - 1
                end = starts[passage + 1]
                found[passage] = set()
            found[passage].add(stems[place - begin])
        return found

    def stems_of(self, passage: int) -> memoryview:
        """The stems of a sentence in their order."""
        starts = self._tables["passage_starts"]
        return self._tables["passage_stems"][starts[passage] : starts[passage + 1]]

    def stems_in(self, document: int) -> memoryview:
        """The stems of all sentences of an article."""
        firsts, starts = self._tables["passage_firsts"], self._tables["passage_starts"]
        return self._tables["passage_stems"][starts[firsts[document]] : starts[firsts[document + 1]]]

    def words_from(self, document: int, passage: int | None, count: int) -> list[int]:
        """Stems of so many words of the article in their order, from this sentence or the beginning on."""
        starts, stems, firsts, words = (
            self._tables[name] for name in ("passage_starts", "passage_stems", "passage_firsts", "passage_words")
        )
        found: list[int] = []
        for number in range(firsts[document] if passage is None else passage, firsts[document + 1]):
            found += stems[starts[number] : starts[number] + words[number]]
            if len(found) >= count:
                break
        return found

    def text_from(self, document: int, passage: int | None, letters: int) -> str:
        """So many letters of the article on one line, from this sentence or the beginning on."""
        end = self._tables["text_starts"][document + 1]
        start = self._tables["text_starts"][document] if passage is None else self._tables["passage_places"][passage]
        piece = self._tables["texts"].read(start, min(end, start + MOST_BYTES * letters))
        return str(piece, "utf-8", "ignore")[:letters]

    def documents_with_gram(self, gram: int) -> memoryview:
        """Articles whose title or keywords have this letter group."""
        starts = self._tables["gram_starts"]
        return self._tables["gram_documents"][starts[gram] : starts[gram + 1]]


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
