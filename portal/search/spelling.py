"""Near misses: words of the index one or two typing errors away."""

from heapq import nsmallest

from rapidfuzz import process
from rapidfuzz.distance import OSA

from portal.search.opened import OpenedLanguage

SHORTEST_WORD = 4
TWO_ERRORS_FROM = 8
MOST_NEAR_MISSES = 6


def near_misses(word: str, opened: OpenedLanguage, *, limit: int = MOST_NEAR_MISSES) -> list[tuple[str, int]]:
    """Folded words and their distance, likeliest first: few errors, same first letter, frequent."""
    errors = errors_allowed(word)
    if not errors:
        return []
    found: list[tuple[str, int]] = []
    for length in range(len(word) - errors, len(word) + errors + 1):
        choices = opened.words_of_length(length)
        # Optimal string alignment: swapped neighbours count as one error.
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=errors, limit=limit * 2)
        found += [(candidate, int(distance)) for candidate, distance, _ in near]
    return nsmallest(limit, found, key=lambda pair: _unlikelihood(word, pair, opened))


def errors_allowed(word: str) -> int:
    """How many typing errors a word of this length may have; numbers none."""
    if len(word) < SHORTEST_WORD or word.isdigit():
        return 0
    return 2 if len(word) >= TWO_ERRORS_FROM else 1


def _unlikelihood(word: str, pair: tuple[str, int], opened: OpenedLanguage) -> tuple:
    candidate, distance = pair
    number = opened.surface_stem(candidate)
    return distance, candidate[:1] != word[:1], -opened.frequency(number), candidate
