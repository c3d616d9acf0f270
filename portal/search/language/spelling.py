"""Near misses: words of the index one or two typing errors away."""

import re
from math import log1p

from rapidfuzz import process
from rapidfuzz.distance import OSA

from portal.search.index.opened import OpenedLanguage

SHORTEST_WORD = 4
TWO_ERRORS_FROM = 8
MOST_NEAR_MISSES = 6
# What makes a candidate less or more likely, in errors.
OTHER_FIRST_LETTER, SLIP, FREQUENT = 0.5, 0.3, 0.05
LETTER_RUN = re.compile(r"(.)\1+")


def near_misses(word: str, opened: OpenedLanguage, *, limit: int = MOST_NEAR_MISSES) -> list[tuple[float, str, int]]:
    """How unlikely each is, folded words and their distance, likeliest first."""
    errors = errors_allowed(word)
    if not errors:
        return []
    found = _within(word, 1, opened, limit=limit * 2)
    if not found and errors > 1:
        found = _within(word, errors, opened, limit=limit * 2)
    return sorted([(unlikelihood(word, one, distance, opened), one, distance) for one, distance in found])[:limit]


def _within(word: str, errors: int, opened: OpenedLanguage, *, limit: int) -> list[tuple[str, int]]:
    """Words at most so many errors away, of each length that is possible; swapped neighbours count as one error."""
    found = []
    for choices in filter(None, opened.lookalikes.of(word, errors)):
        near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=errors, limit=limit)
        found += [(candidate, int(distance)) for candidate, distance, _ in near]
    return found


def errors_allowed(word: str) -> int:
    """How many typing errors a word of this length may have; numbers none."""
    if len(word) < SHORTEST_WORD or word.isdigit():
        return 0
    return 2 if len(word) >= TWO_ERRORS_FROM else 1


def unlikelihood(word: str, candidate: str, distance: int, opened: OpenedLanguage) -> float:
    """How unlikely it is that the candidate was meant: errors, of which slips of the finger count less, and rarity."""
    other_letter = OTHER_FIRST_LETTER if candidate[:1] != word[:1] else 0.0
    slip = SLIP if _is_slip(word, candidate, opened.language) else 0.0
    return distance + other_letter - slip - FREQUENT * log1p(opened.frequency(opened.surface_stem(candidate)))


def _is_slip(word: str, candidate: str, language: str) -> bool:
    """Swapped neighbours, a letter doubled or single, or the key beside the right one."""
    if len(word) == len(candidate):
        wrong = [(typed, meant) for typed, meant in zip(word, candidate, strict=True) if typed != meant]
        return sorted(word) == sorted(candidate) or all(
            meant in NEIGHBOURS[language].get(typed, "") for typed, meant in wrong
        )
    longer, shorter = sorted((word, candidate), key=len, reverse=True)
    return LETTER_RUN.sub(r"\1", longer) == LETTER_RUN.sub(r"\1", shorter)


def _neighbours(*rows: str) -> dict[str, str]:
    """For each key the keys that touch it."""
    beside: dict[str, str] = {}
    for above, row, below in zip(("", *rows), rows, (*rows[1:], ""), strict=False):
        for place, key in enumerate(row):
            left = max(0, place - 1)
            beside[key] = row[left : place + 2] + above[place : place + 2] + below[left : place + 1]
    return beside


NEIGHBOURS = {
    "de": _neighbours("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    "en": _neighbours("qwertyuiop", "asdfghjkl", "zxcvbnm"),
}
