"""One language of an opened index: vocabulary, impact lists, titles, passages, stored articles."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from math import log
from pathlib import Path

from portal.search.analysis import NO_STEM
from portal.search.stemming import stem
from portal.search.stopwords import is_stop_word
from portal.search.synonyms import Phrase, parse_synonyms
from portal.search.tables import Texts, read_tables
from portal.search.text import fold
from portal.search.whoosh_index import WhooshIndex

REMEMBERED_WORDS, REMEMBERED_ARTICLES = 8192, 512


class OpenedLanguage:
    """Read-only; every number is a position in a table. `find` functions cost about a microsecond."""

    def __init__(self, place: Path, language: str) -> None:
        """Reads the tables of one language; the caller has checked the files."""
        tables = read_tables(place / "tables")
        self.language = language
        self.stems: list[str] = tables["stems"]
        self.surfaces: list[str] = tables["surfaces"]
        self.keys = Texts(tables["keys"], tables["key_starts"])
        self.categories: list[str] = tables["categories"]
        self.rarities: array = tables["rarities"]
        self.title_weights: array = tables["title_weights"]
        self._tables = tables
        self.climbed: dict = {}
        self.stored = lru_cache(maxsize=REMEMBERED_ARTICLES)(self._stored)
        self.word_stem = lru_cache(maxsize=REMEMBERED_WORDS)(self._word_stem)
        self._backward: list[str] = tables["backward"]
        self._surface_stems: array = tables["surface_stems"]
        self._displays = Texts(tables["displays"], tables["display_starts"])
        self._whoosh = WhooshIndex(place)
        self.size = len(self.keys)
        self.synonyms = _stemmed(
            parse_synonyms((place / "synonyms.txt").read_text("utf-8"), language=language), language
        )
        self.by_length = _by_length(self.surfaces)

    def document(self, key: str) -> int | None:
        """Number of the article with this key, or None."""
        order = self._tables["key_order"]
        position = bisect_left(order, key, key=self.keys.__getitem__)
        found = position < self.size and self.keys[order[position]] == key
        return order[position] if found else None

    def stem_number(self, word: str) -> int | None:
        """Position of a stem, or None if no article has it."""
        return _position(self.stems, word)

    def _word_stem(self, word: str) -> int | None:
        """Position of the stem of a word as it is spelled; remembered, because snippets ask for it often."""
        return self.stem_number(stem(fold(word, self.language), self.language))

    def surface_stem(self, surface: str) -> int | None:
        """Position of the stem of a folded word that stands in an article."""
        position = _position(self.surfaces, surface)
        return None if position is None else self._known(position)

    def _known(self, position: int) -> int | None:
        number = self._surface_stems[position]
        return None if number == NO_STEM else number

    def has_word(self, surface: str) -> bool:
        """Whether a folded word stands in an article or in the synonym file."""
        return _position(self.surfaces, surface) is not None

    def display(self, surface: str) -> str:
        """How the articles most often spell a folded word."""
        position = _position(self.surfaces, surface)
        return surface if position is None else self._displays[position]

    def beginning_with(self, prefix: str, *, limit: int) -> Iterator[tuple[str, int | None]]:
        """Words beginning with the prefix and their stems, in alphabetical order."""
        start = bisect_left(self.surfaces, prefix)
        for position in range(start, min(start + limit, len(self.surfaces))):
            if not self.surfaces[position].startswith(prefix):
                return
            yield self.surfaces[position], self._known(position)

    def ending_with(self, suffix: str, *, limit: int) -> Iterator[tuple[str, int | None]]:
        """Words ending with the suffix and their stems."""
        start, turned = bisect_left(self._backward, suffix[::-1]), suffix[::-1]
        for position in range(start, min(start + limit, len(self._backward))):
            if not self._backward[position].startswith(turned):
                return
            surface = self._backward[position][::-1]
            yield surface, self.surface_stem(surface)

    def frequency(self, number: int | None) -> int:
        """In how many articles a stem stands."""
        if number is None:
            return 0
        starts = self._tables["starts"]
        return starts[number + 1] - starts[number]

    def rarity(self, frequency: float) -> float:
        """Weight of a word that stands in so many articles (BM25's idf)."""
        return log(1 + (self.size - min(frequency, self.size) + 0.5) / (frequency + 0.5))

    def impacts(self, number: int) -> tuple[array, bytes]:
        """Articles of a stem and what it is worth there (1 to 255)."""
        start, end = self._tables["starts"][number], self._tables["starts"][number + 1]
        return self._tables["documents"][start:end], self._tables["impacts"][start:end]

    def title_stems(self, document: int) -> array:
        """Stems of an article's title in reading order."""
        starts = self._tables["title_starts"]
        return self._tables["title_stems"][starts[document] : starts[document + 1]]

    def title_gram_row(self, document: int) -> array:
        """Numbers of the letter groups of an article's title and keywords."""
        starts = self._tables["title_gram_starts"]
        return self._tables["title_grams"][starts[document] : starts[document + 1]]

    def passage_stems(self, document: int) -> Iterator[tuple[int, array]]:
        """Number and stems of each sentence."""
        starts, stems, firsts = (self._tables[name] for name in ("passage_starts", "passage_stems", "passage_firsts"))
        for passage in range(firsts[document], firsts[document + 1]):
            yield passage, stems[starts[passage] : starts[passage + 1]]

    def passage_start(self, passage: int) -> int:
        """Where a sentence starts in the stored text of its article."""
        return self._tables["passage_offsets"][passage]

    def documents_with_gram(self, gram: int) -> array:
        """Articles whose title or keywords have this letter group."""
        starts = self._tables["gram_starts"]
        return self._tables["gram_documents"][starts[gram] : starts[gram + 1]]

    def _stored(self, document: int) -> dict:
        """Key, title (`head`), `text` and category from Whoosh's stored fields."""
        return self._whoosh.stored(document)


def _position(words: list[str], word: str) -> int | None:
    position = bisect_left(words, word)
    return position if position < len(words) and words[position] == word else None


def _stemmed(meanings: dict[Phrase, list[Phrase]], language: str) -> dict[Phrase, list[Phrase]]:
    """By stems; phrases also without their stop words, if two words remain."""
    found: dict[Phrase, list[Phrase]] = {}
    for source, targets in meanings.items():
        stemmed = [_stems_of(telling(target, language), language) for target in targets]
        for key in {source, telling(source, language)}:
            if key == source or len(key) > 1:
                known = found.setdefault(_stems_of(key, language), [])
                known.extend(target for target in stemmed if target not in known)
    return found


def telling(phrase: Phrase, language: str) -> Phrase:
    """The phrase without stop words, or all of it if nothing else remains."""
    return tuple(word for word in phrase if not is_stop_word(word, language)) or phrase


def _stems_of(phrase: Phrase, language: str) -> Phrase:
    return tuple(stem(word, language) for word in phrase)


def _by_length(surfaces: list[str]) -> dict[int, list[str]]:
    ordered = sorted((word for word in surfaces if not word.isdigit()), key=len)
    return {length: list(group) for length, group in groupby(ordered, key=len)}
