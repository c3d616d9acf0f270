"""Articles that share the most telling words with an article."""

from collections import Counter
from heapq import nlargest

from portal.search.index.opened import OpenedLanguage
from portal.search.model import FULL

TELLING_WORDS = 12
TITLE_WORTH = 3


def related_documents(document: int, opened: OpenedLanguage, *, limit: int) -> list[int]:
    """The nearest other articles, nearest first."""
    scores: dict[int, float] = {}
    for number, value in _telling(document, opened):
        for other, impact in zip(*opened.impacts(number), strict=True):
            scores[other] = scores.get(other, 0.0) + value * impact / FULL
    scores.pop(document, None)
    return nlargest(limit, scores, key=lambda other: (scores[other], -other))


def _telling(document: int, opened: OpenedLanguage) -> list[tuple[int, float]]:
    """The words that tell this article from the others, with their rarity; words of no other article do not."""
    counts = Counter(map(ord, opened.sheet(document).letters))
    for number in opened.title_stems(document):
        counts[number] += TITLE_WORTH
    shared = {number: count for number, count in counts.items() if opened.frequency(number) > 1}
    worth = {number: opened.rarity(opened.frequency(number)) * count / (count + 1) for number, count in shared.items()}
    return nlargest(TELLING_WORDS, worth.items(), key=lambda pair: pair[1])
