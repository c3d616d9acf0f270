"""Which articles answer best: impacts per concept, coverage, then a closer look at titles and passages."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest

from portal.search.analysis import gram_number
from portal.search.ladder import Concept
from portal.search.opened import OpenedLanguage
from portal.search.text import grams, words

LOOKED_AT = 40
# Share of the score that is lost when nothing of the query's weight is covered.
COVERAGE = 0.5
TITLE, TITLE_SHARE, TITLE_GRAMS, PASSAGE = 0.3, 0.2, 0.3, 0.3
FULL = 255


@dataclass
class Ranked:
    """An article with its score and the start of its best passage."""

    document: int
    score: float
    passage: int = 0


def rank(text: str, found: list[Concept], opened: OpenedLanguage, *, top: int) -> list[Ranked]:
    """All matching articles, best first; the first `top` or more are looked at closely."""
    weighed = [(concept, weight(concept, opened)) for concept in found if concept.alternatives]
    total = sum(value for _, value in weighed) or 1.0
    matches = [(_best_impacts(concept, opened), value / total) for concept, value in weighed]
    scores: dict[int, float] = {}
    for impacts, share in matches:
        share /= FULL
        for document, impact in impacts.items():
            scores[document] = scores.get(document, 0.0) + share * impact
    best = nlargest(max(LOOKED_AT, top), scores, key=scores.__getitem__)
    closer = Closer(text, weighed, total, opened)
    looked = [closer.look(document, _softened(document, scores, matches)) for document in best]
    looked.sort(key=lambda ranked: -ranked.score)
    seen = set(best)
    rest = (document for document in scores if document not in seen)
    return looked + [Ranked(document, 0.0) for document in rest]


def weight(concept: Concept, opened: OpenedLanguage) -> float:
    """Rarity of the concept: of the word itself, or of what stands for it."""
    frequencies = [opened.frequency(number) * value for number, value in concept.alternatives.items()]
    own = [opened.frequency(number) for number, value in concept.alternatives.items() if value == 1.0]
    frequency = max(own) if own else sum(frequencies)
    return concept.share * opened.rarity(frequency)


def _best_impacts(concept: Concept, opened: OpenedLanguage) -> dict[int, float]:
    best: dict[int, float] = {}
    for number, value in sorted(concept.alternatives.items(), key=lambda pair: -pair[1]):
        documents, impacts = opened.impacts(number)
        for document, impact in zip(documents, impacts, strict=True):
            worth = impact * value
            if worth > best.get(document, 0.0):
                best[document] = worth
    return best


def _softened(document: int, scores: dict[int, float], matches: list) -> float:
    covered = sum(share for impacts, share in matches if document in impacts)
    return scores[document] * (1 - COVERAGE + COVERAGE * covered)


class Closer:
    """A closer look at an article: its title, the letters of its title, its best sentence."""

    def __init__(self, text: str, weighed: Iterable, total: float, opened: OpenedLanguage) -> None:
        self._opened = opened
        self._meant: dict[int, list[tuple[int, float]]] = {}
        for index, (concept, value) in enumerate(weighed):
            for number, quality in concept.alternatives.items():
                self._meant.setdefault(number, []).append((index, quality * value / total))
        self._wanted = frozenset(self._meant)
        typed = words(text, opened.language)
        self._grams = {gram_number(gram) for word in typed for gram in grams(word)}

    def look(self, document: int, score: float) -> Ranked:
        """The article with its final score and the start of its best passage."""
        title = self._opened.title_stems(document)
        covered = self._covered(title)
        score += TITLE * covered + TITLE_SHARE * covered * self._title_share(title)
        score += TITLE_GRAMS * self._likeness(document)
        best, start = 0.0, 0
        for offset, stems in self._opened.passage_stems(document):
            value = self._covered(stems)
            if value > best:
                best, start = value, offset
        return Ranked(document, score + PASSAGE * best, start)

    def _covered(self, stems: Iterable[int]) -> float:
        """Share of the query's weight that these stems cover."""
        covered: dict[int, float] = {}
        for number in self._wanted.intersection(stems):
            for index, value in self._meant[number]:
                if value > covered.get(index, 0.0):
                    covered[index] = value
        return sum(covered.values())

    def _title_share(self, title: Iterable[int]) -> float:
        """Share of the title's weight that the query covers."""
        opened = self._opened
        total = found = 0.0
        for number in title:
            value = opened.rarity(opened.frequency(number))
            total += value
            if number in self._wanted:
                found += value
        return found / total if total else 0.0

    def _likeness(self, document: int) -> float:
        """Dice coefficient of the letter groups of query and title."""
        starts = self._opened.title_gram_starts
        title = self._opened.title_grams[starts[document] : starts[document + 1]]
        size = len(title) + len(self._grams)
        return 2 * len(self._grams.intersection(title)) / size if size else 0.0
