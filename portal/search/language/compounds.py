"""Compounds taken apart: Kündigungszeit is Kündigung and Zeit, dialtone is dial and tone."""

from collections.abc import Callable, Collection, Iterator

from portal.search.index.vocabulary import Vocabulary
from portal.search.language.stemming import stem
from portal.search.language.stopwords import is_stop_word, is_weak_word

SHORTEST_PART = 4
# A German word of so many letters may be taken apart though not all of it is known; a longer one would take long.
SHORTEST_WHOLE, LONGEST_WHOLE = 8, 40
# What is left over between known parts has so many letters, and is at most this share of the word.
SHORTEST_REST, MOST_UNKNOWN = 3, 0.5
# A part beside an unknown one has so many letters: a short one is found in too many words by chance.
SHORTEST_ALONE = 5
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


def parts(word: str, known: Callable[[str], Collection[str]]) -> tuple[list[str], float]:
    """Stems of the known parts of an unknown German compound, and the share of its letters that no part explains.

    `known` tells which stems that mean anything here some letters begin with. As few letters as possible are left
    over, then as few parts as possible are made; nothing, if the word has no part that tells something or is mostly
    unknown.
    """
    if not SHORTEST_WHOLE <= len(word) <= LONGEST_WHOLE or not word.isalpha():
        return [], 0.0
    unknown, _, pieces = _least_left_over(word, known)
    shortest = SHORTEST_ALONE if unknown else SHORTEST_PART
    telling = [one for one in pieces if len(one) >= shortest and not is_stop_word(one, "de")]
    found = [stem(one, "de") for one in telling if not is_weak_word(one, "de")]
    return (found, unknown / len(word)) if unknown <= MOST_UNKNOWN * len(word) else ([], 0.0)


def _least_left_over(word: str, known: Callable[[str], Collection[str]]) -> tuple[int, int, tuple[str, ...]]:
    """Letters left over, number of pieces, and the known pieces of the best way to take the word apart."""
    best: dict[int, tuple[int, int, tuple[str, ...]]] = {0: (0, 0, ())}
    roots: dict[int, Collection[str]] = {}
    # Of the ways that end in letters left over the best one, these not counted, and where they start.
    rest = (0, 0, 0)
    for end in range(SHORTEST_REST, len(word) + 1):
        start = end - SHORTEST_REST
        if start in best:
            unknown, count, _ = best[start]
            rest = min(rest, (unknown - start, count, start))
            if found := known(word[start:]):
                roots[start] = found
        left, count, start = rest
        ways = [(left + end, count + 1, start, best[start][2])]
        for start, found in roots.items():
            if piece := _known_piece(word[start:end], found, is_last=end == len(word)):
                unknown, count, pieces = best[start]
                ways.append((unknown, count + 1, start, (*pieces, piece)))
        unknown, count, _, pieces = min(ways)
        best[end] = unknown, count, pieces
    return best[len(word)]


def _known_piece(letters: str, roots: Collection[str], *, is_last: bool) -> str | None:
    """The piece without the ending that links it to the next one, if it means anything."""
    candidates = [letters] if is_last else _unlinked(letters)
    return next((one for one in candidates if len(one) >= SHORTEST_PART and stem(one, "de") in roots), None)


def _unlinked(letters: str) -> Iterator[str]:
    for link in LINKS["de"]:
        if letters.endswith(link):
            yield letters[: len(letters) - len(link)]
