"""What each concept of a query is worth in every article, and which articles that finds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from portal.search.concept import Concept
from portal.search.lanes import MOST_WEIGHT
from portal.search.model import FULL
from portal.search.opened import OpenedLanguage, Worth

# Share of an article's score that is lost when it covers nothing of the query's weight.
COVERAGE = 0.5
# Articles below this share of the best score are not counted as found.
LEAST_SHARE = 0.2
REMEMBERED_SCALES = 256


class Found:
    """The articles that a query finds, with their first scores."""

    def __init__(self, weighed: Sequence[tuple[Concept, float]], opened: OpenedLanguage) -> None:
        self._opened, self._lanes = opened, opened.lanes
        # Of each concept what it is worth in each article, 0 to 255, and its share of the query.
        self._matches: list[tuple[Sequence[int], float]] = []
        total = 0
        for concept, share in weighed:
            worth = _worth(concept, opened)
            total += worth.lanes * _weight(share, len(weighed))
            self._matches.append((worth.each, share))
        self._sums, self._total = self._lanes.values(total), total
        self._highest = self._lanes.highest(total)
        self._least = max(1, -int(-LEAST_SHARE * self._highest // 1))
        self._bits = self._lanes.at_least(total, self._least)

    def __bool__(self) -> bool:
        return self._bits > 0

    def __contains__(self, document: int) -> bool:
        return self._sums[document] >= self._least

    def by_category(self) -> dict[str, int]:
        """How many articles of each category."""
        counts = {name: (bits & self._bits).bit_count() for name, bits in self._opened.category_bits.items()}
        return {name: count for name, count in counts.items() if count}

    def best(self, most: int, category: str | None) -> list[tuple[int, float]]:
        """The best articles of a category or of all, with their scores softened by how much of the query they have."""
        bits = self._bits if category is None else self._bits & self._opened.category_bits.get(category, 0)
        if bits.bit_count() > 2 * most:
            bits = self._few_best(bits, most)
        chosen = sorted(self._lanes.places(bits), key=self._sums.__getitem__, reverse=True)[:most]
        return [(document, self._softened(document)) for document in chosen]

    def _few_best(self, bits: int, most: int) -> int:
        """The best of many marked articles, so many or some more."""
        low, high = self._lanes.reached_by(self._lanes.only(self._total, bits), most)
        bits &= self._lanes.at_least(self._total, low)
        while bits.bit_count() > 2 * most and high - low > 1:
            middle = (low + high) // 2
            fewer = self._lanes.at_least(self._total, middle) & bits
            if fewer.bit_count() >= most:
                low, bits = middle, fewer
            else:
                high = middle
        return bits

    def best_of(self, documents: Sequence[int], category: str | None) -> tuple[int, float] | None:
        """The best of these articles that are found, in the category if one is named, with its whole score."""
        named = self._opened.categories
        wanted = [one for one in documents if one in self and category in (None, named[one])]
        if not wanted:
            return None
        document = max(wanted, key=self._sums.__getitem__)
        return document, sum([share * worth[document] for worth, share in self._matches]) / FULL

    def covered(self, document: int) -> float:
        """The share of the query's weight that the article has."""
        return sum([share for each, share in self._matches if each[document]])

    def _softened(self, document: int) -> float:
        score = covered = 0.0
        for each, share in self._matches:
            if worth := each[document]:
                score += share * worth
                covered += share
        return score / FULL * (1 - COVERAGE + COVERAGE * covered)


def _weight(share: float, count: int) -> int:
    """A share as a whole number; all of a query are together at most what a lane can hold."""
    return 1 + int(share * (MOST_WEIGHT - count))


def _worth(concept: Concept, opened: OpenedLanguage) -> Worth:
    """What the concept is worth in each article: its best alternative there."""
    lanes, frequent, rare = opened.lanes, [], bytearray(opened.size)
    for number, value in concept.alternatives.items():
        documents, impacts = opened.impacts(number)
        if len(documents) > opened.most_rare:
            frequent.append((opened.worth(number), value))
        else:
            _raise(rare, documents, impacts if value == 1.0 else impacts.translate(_scale(value)))
    for numbers, value in concept.phrases.items():
        together = _together(numbers, opened)
        _raise(rare, together, bytes(together.values()).translate(_scale(value)))
    if not frequent:
        return Worth(lanes.of(rare), rare)
    if frequent[0][1] == 1.0 and len(frequent) == 1 and not any(rare):
        return frequent[0][0]
    best = lanes.of(rare)
    for worth, value in frequent:
        best = lanes.larger(best, worth.lanes if value == 1.0 else lanes.scaled(worth.lanes, value))
    return Worth(best, lanes.values(best))


def _raise(worth: bytearray, documents: Iterable[int], impacts: bytes) -> None:
    for document, impact in zip(documents, impacts, strict=True):
        if impact > worth[document]:  # noqa: PLR1730  (max() takes twice as long, and this is run for each posting)
            worth[document] = impact


@lru_cache(maxsize=REMEMBERED_SCALES)
def _scale(value: float) -> bytes:
    """What is left of each impact at this value."""
    return bytes(round(impact * value) for impact in range(FULL + 1))


def _together(numbers: tuple[int, ...], opened: OpenedLanguage) -> dict[int, int]:
    """Articles that have all of these stems, with the least of their impacts."""
    first, *others = sorted(numbers, key=opened.frequency)
    found = dict(zip(*opened.impacts(first), strict=True))
    for number in others:
        impacts = dict(zip(*opened.impacts(number), strict=True))
        found = {document: min(impact, impacts[document]) for document, impact in found.items() if document in impacts}
    return found


def counted(documents: Sequence[int], opened: OpenedLanguage) -> dict[str, int]:
    """How many of these articles each category has."""
    return dict(Counter(map(opened.categories.__getitem__, documents)))
