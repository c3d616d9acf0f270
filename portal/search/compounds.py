"""Compounds taken apart: Kündigungszeit is Kündigung and Zeit, dialtone is dial and tone."""

from portal.search.stemming import stem
from portal.search.vocabulary import Vocabulary

SHORTEST_PART = 4
# What may stand between the parts of a compound.
LINKS = {"de": ("", "s", "n", "en", "es", "er", "e"), "en": ("",)}


def split(word: str, opened: Vocabulary) -> list[int] | None:
    """Two stems that make the word with a linking ending between them; the most even split wins."""
    best, evenness = None, 0
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        right = opened.stem_number(stem(word[cut:], opened.language))
        if right is None:
            continue
        left = _first_part(word[:cut], opened)
        if left is not None and min(cut, len(word) - cut) > evenness:
            best, evenness = [left, right], min(cut, len(word) - cut)
    return best


def _first_part(left: str, opened: Vocabulary) -> int | None:
    for link in LINKS.get(opened.language, ("",)):
        if left.endswith(link) and len(left) - len(link) >= SHORTEST_PART:
            number = opened.stem_number(stem(left[: len(left) - len(link)], opened.language))
            if number is not None:
                return number
    return None
