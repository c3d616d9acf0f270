"""German words of one family: Kündigung and kündigen, Übertragung and übertragbar."""

from portal.search.index.vocabulary import Vocabulary
from portal.search.language.stemming import stem

# Endings that make another word of a root, the longest first; they are taken off stems. Not -sam: langsam is not lang.
ENDINGS = (
    *("lichkeit", "barkeit", "samkeit", "igkeit", "ierung", "ation", "ieren", "isch", "iert", "erin", "keit", "heit"),
    *("lich", "ung", "ier", "ion", "bar", "los", "nis", "er"),
)
SHORTEST_ROOT = 4
MOST_LOOKED_AT = 40


def family(stemmed: str, vocabulary: Vocabulary) -> set[int]:
    """Numbers of the stems with the same root, without the stem itself; empty for other languages."""
    roots = {stemmed, _root(stemmed)}
    shortest = min(roots, key=len)
    if vocabulary.language != "de" or len(shortest) < SHORTEST_ROOT:
        return set()
    found = set()
    for surface, number in vocabulary.beginning_with(shortest, limit=MOST_LOOKED_AT):
        other = stem(surface, vocabulary.language)
        if number is not None and other != stemmed and not roots.isdisjoint((other, _root(other))):
            found.add(number)
    return found


def _root(stemmed: str) -> str:
    if not stemmed.endswith(ENDINGS):
        return stemmed
    fitting = (one for one in ENDINGS if stemmed.endswith(one) and len(stemmed) - len(one) >= SHORTEST_ROOT)
    return stemmed[: len(stemmed) - len(next(fitting, ""))]
