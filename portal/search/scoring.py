"""What each concept of a query is worth in every article, and which articles that finds."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from portal.search.concept import Concept
from portal.search.index.lanes import MOST_WEIGHT
from portal.search.index.opened import OpenedLanguage, Worth
from portal.search.model import FULL

# Share of an article's score that is lost when it covers nothing of the query's weight.
COVERAGE = 0.5
# Articles below this share of the best score are not counted as found.
LEAST_SHARE = 0.2
REMEMBERED_SCALES = 256
FEW_FOUND = 64
Weighed = Sequence[tuple[Concept, float]]


class _Few(dict[int, int]):
    """Nothing for every article that is not named."""

    def __missing__(self, document: int) -> int:
        return 0


Worths = Sequence[int] | _Few


def found_by(weighed: Weighed, opened: OpenedLanguage) -> "Found":
    """The articles that these concepts find: looked at one by one where all stems are rare, else all together."""
    is_rare = all(_is_rare(concept, opened) for concept, _ in weighed)
    return FoundFew(weighed, opened) if is_rare else FoundAmongMany(weighed, opened)


class Found(ABC):
    """The articles that a query finds, with their first scores."""

    # Of each concept what it is worth in each article, 0 to 255, and its share of the query.
    _matches: list[tuple[Worths, float]]
    # Of each article the sum of this in whole numbers, and how much of it is needed to be found.
    _sums: Worths
    _least: int

    def __init__(self, opened: OpenedLanguage) -> None:
        self._opened, self._matches = opened, []

    @abstractmethod
    def __bool__(self) -> bool: ...

    def __contains__(self, document: int) -> bool:
        return self._sums[document] >= self._least

    @abstractmethod
    def by_category(self) -> dict[str, int]:
        """How many articles of each category."""

    def _of_category(self, documents: Sequence[int], category: str | None) -> Sequence[int]:
        named = self._opened.categories
        return documents if category is None else [one for one in documents if named[one] == category]

    def best(self, most: int, category: str | None) -> list[tuple[int, float]]:
        """The best articles of a category or of all, with their scores softened by how much of the query they have."""
        chosen = sorted(self._candidates(most, category), key=self._sums.__getitem__, reverse=True)[:most]
        return [(document, self._softened(document)) for document in chosen]

    @abstractmethod
    def _candidates(self, most: int, category: str | None) -> Iterable[int]:
        """The articles among which so many are the best ones, in their order."""

    def best_of(self, documents: Iterable[int], category: str | None) -> tuple[int, float] | None:
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


class FoundFew(Found):
    """A query of rare words: what finds three articles need not look at thousands."""

    def __init__(self, weighed: Weighed, opened: OpenedLanguage) -> None:
        super().__init__(opened)
        sums = self._sums = _Few()
        for concept, share in weighed:
            each, weight = _few_worths(concept, opened), _weight(share, len(weighed))
            for document, worth in each.items():
                sums[document] = sums.get(document, 0) + weight * worth
            self._matches.append((each, share))
        self._least = _least(max(sums.values(), default=0))
        self._documents = sorted([document for document, value in sums.items() if value >= self._least])

    def __bool__(self) -> bool:
        return bool(self._documents)

    def by_category(self) -> dict[str, int]:
        """How many articles of each category."""
        return counted(self._documents, self._opened)

    def _candidates(self, most: int, category: str | None) -> Iterable[int]:  # noqa: ARG002  (they are few)
        return self._of_category(self._documents, category)


class FoundAmongMany(Found):
    """A query with frequent words."""

    def __init__(self, weighed: Weighed, opened: OpenedLanguage) -> None:
        super().__init__(opened)
        self._lanes, total = opened.lanes, 0
        for concept, share in weighed:
            worth = _worth(concept, opened)
            total += worth.lanes * _weight(share, len(weighed))
            self._matches.append((worth.each, share))
        self._sums, self._total = self._lanes.values(total), total
        self._least = _least(self._lanes.highest(self._sums))
        self._bits = self._lanes.at_least(total, self._least)
        # All of them, where it is quicker to go through them one by one.
        self._few = self._lanes.places(self._bits) if self._bits.bit_count() <= FEW_FOUND else None

    def __bool__(self) -> bool:
        return self._bits > 0

    def by_category(self) -> dict[str, int]:
        """How many articles of each category."""
        if self._few is not None:
            return counted(self._few, self._opened)
        counts = {name: (bits & self._bits).bit_count() for name, bits in self._opened.category_bits.items()}
        return {name: count for name, count in counts.items() if count}

    def _candidates(self, most: int, category: str | None) -> Iterable[int]:
        if self._few is not None:
            return self._of_category(self._few, category)
        bits = self._bits if category is None else self._bits & self._opened.category_bits.get(category, 0)
        return self._lanes.places(self._few_best(bits, most) if bits.bit_count() > 2 * most else bits)

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


def _is_rare(concept: Concept, opened: OpenedLanguage) -> bool:
    """Whether few articles at most have anything that means this."""
    most = opened.most_rare
    return max(opened.frequencies(concept.alternatives), default=0) <= most and all(
        [min(opened.frequencies(numbers)) <= most for numbers in concept.phrases]
    )


def _least(highest: int) -> int:
    """What an article must reach to be found, beside the best one."""
    return max(1, -int(-LEAST_SHARE * highest // 1))


def _few_worths(concept: Concept, opened: OpenedLanguage) -> _Few:
    """What the concept is worth in each article that has it: its best alternative there."""
    worths = _Few()
    postings = opened.postings(concept.alternatives)
    for value, (documents, impacts) in zip(concept.alternatives.values(), postings, strict=True):
        _raise_few(worths, documents, impacts if value == 1.0 else impacts.translate(_scale(value)))
    for numbers, value in concept.phrases.items():
        together = _together(numbers, opened)
        _raise_few(worths, together, bytes(together.values()).translate(_scale(value)))
    return worths


def _raise_few(worths: _Few, documents: Iterable[int], impacts: bytes) -> None:
    for document, impact in zip(documents, impacts, strict=True):
        if impact > worths.get(document, 0):
            worths[document] = impact


def _weight(share: float, count: int) -> int:
    """A share as a whole number; all of a query are together at most what a lane can hold."""
    return 1 + int(share * (MOST_WEIGHT - count))


def _worth(concept: Concept, opened: OpenedLanguage) -> Worth:
    """What the concept is worth in each article: its best alternative there."""
    lanes, frequent, together, rare = opened.lanes, [], [], bytearray(opened.size)
    postings = opened.postings(concept.alternatives)
    for (number, value), (documents, impacts) in zip(concept.alternatives.items(), postings, strict=True):
        if len(documents) > opened.most_rare:
            frequent.append((opened.worth(number), value))
        else:
            _raise(rare, documents, impacts if value == 1.0 else impacts.translate(_scale(value)))
    for numbers, value in concept.phrases.items():
        if min(opened.frequencies(numbers)) > opened.most_rare:
            together.append(_frequent_together(numbers, value, opened))
        else:
            found = _together(numbers, opened)
            _raise(rare, found, bytes(found.values()).translate(_scale(value)))
    if not frequent and not together:
        return Worth(lanes.of(rare), rare)
    has_rare = rare != bytes(opened.size)
    if len(frequent) == 1 and frequent[0][1] == 1.0 and not together and not has_rare:
        return frequent[0][0]
    best = lanes.of(rare) if has_rare else 0
    for phrase in together:
        best = lanes.larger(best, phrase)
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
    """Articles that have all of these stems, some of them rare, with the least of their impacts."""
    first, *others = sorted(numbers, key=opened.frequency)
    found = dict(zip(*opened.impacts(first), strict=True))
    for number in others:
        is_rare = opened.frequency(number) <= opened.most_rare
        impacts = _Few(zip(*opened.impacts(number), strict=True)) if is_rare else opened.worth(number).each
        found = {document: min(impact, there) for document, impact in found.items() if (there := impacts[document])}
    return found


def _frequent_together(numbers: tuple[int, ...], value: float, opened: OpenedLanguage) -> int:
    """The same of frequent stems alone, in lanes and at this value."""
    lanes, (least, *others) = opened.lanes, [opened.worth(number).lanes for number in numbers]
    for other in others:
        least = lanes.smaller(least, other)
    return lanes.of(lanes.impacts(least).translate(_scale(value)))


def counted(documents: Iterable[int], opened: OpenedLanguage) -> dict[str, int]:
    """How many of these articles each category has."""
    return dict(Counter(map(opened.categories.__getitem__, documents)))
