"""A closer look at an article: the words of its title, the letters of its title, its best sentence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.search.analysis import gram_number
from portal.search.concept import Concept
from portal.search.ladder import MOST_LETTERS
from portal.search.opened import OpenedLanguage
from portal.search.text import grams, words

# What the looks are worth beside a full score of 1: query found in the title, title found in the
# query, letters shared with the title, query found in one sentence.
TITLE, TITLE_SHARE, LETTERS, SENTENCE = 0.4, 0.2, 0.9, 0.3


@dataclass
class Ranked:
    """An article with its score and the start of its best passage."""

    document: int
    score: float
    passage: int = 0


class Closer:
    """Looks at articles for one query."""

    def __init__(self, text: str, weighed: Iterable[tuple[Concept, float]], opened: OpenedLanguage) -> None:
        self._opened = opened
        self._meant: dict[int, list[tuple[int, float]]] = {}
        for index, (concept, share) in enumerate(weighed):
            for number, quality in concept.alternatives.items():
                self._meant.setdefault(number, []).append((index, quality * share))
        self._wanted = frozenset(self._meant)
        typed = dict.fromkeys(words(text[:MOST_LETTERS], opened.language))
        self._grams = {gram_number(gram) for word in typed for gram in grams(word)}

    def look_at_title(self, document: int, score: float) -> Ranked:
        """The article with its score so far and what its title adds."""
        opened = self._opened
        found = self._wanted.intersection(opened.title_stems(document))
        if found:
            covered = self._covered(found)
            share = sum([opened.rarities[number] for number in found]) / (opened.title_weights[document] or 1.0)
            score += TITLE * covered + TITLE_SHARE * covered * min(1.0, share)
        return Ranked(document, score + LETTERS * self._likeness(document))

    def look_at_text(self, ranked: Ranked) -> None:
        """Adds what the best sentence is worth and remembers where it starts."""
        best = 0.0
        for passage, stems in self._opened.passage_stems(ranked.document):
            if not self._wanted.isdisjoint(stems):
                covered = self._covered(self._wanted.intersection(stems))
                if covered > best:
                    best, ranked.passage = covered, self._opened.passage_start(passage)
        ranked.score += SENTENCE * best

    def rescued(self, limit: int) -> list[int]:
        """Articles whose titles share the most letter groups with the query."""
        shared = Counter(document for gram in self._grams for document in self._opened.documents_with_gram(gram))
        return [document for document, _ in shared.most_common(limit)]

    def _covered(self, found: Iterable[int]) -> float:
        """Share of the query's weight that these stems cover; a concept counts once."""
        covered: dict[int, float] = {}
        for number in found:
            for index, value in self._meant[number]:
                if value > covered.get(index, 0.0):
                    covered[index] = value
        return sum(covered.values())

    def _likeness(self, document: int) -> float:
        """Dice coefficient of the letter groups of query and title, 0 to 1."""
        title = self._opened.title_gram_row(document)
        return 2 * len(self._grams.intersection(title)) / (len(title) + len(self._grams) or 1)
