"""German verbs whose first part stands at the end: richte … ein is einrichten, geben … zurück is zurückgeben."""

import re
from collections.abc import Iterator

from portal.search.language.stopwords import is_question_word, is_stop_word
from portal.search.language.text import WORD, fold

FIRST_PARTS = frozenset(
    (
        *("ab", "an", "auf", "aus", "bei", "ein", "fest", "frei", "her", "heraus", "herunter", "hin", "hinzu", "los"),
        *("mit", "nach", "runter", "um", "vor", "weg", "weiter", "zu", "zuruck", "zusammen"),
    )
)
_SUBJECTS = frozenset(("ich", "du", "er", "sie", "es", "man", "wir", "ihr"))
_CLAUSE_END = re.compile(r"[.,;:!?()\n\u2013\u2026]|\b(?:und|oder)\b")
_ENDINGS = ("e", "n", "t")
SHORTEST_VERB, MOST_WORDS = 3, 24


def separated(text: str) -> Iterator[tuple[str, str]]:
    """The folded verb and the word it makes with the first part at the end of its clause."""
    for clause in _CLAUSE_END.split(text):
        found = WORD.findall(clause)
        if 1 < len(found) <= MOST_WORDS and (last := fold(found[-1], "de")) in FIRST_PARTS:
            folded = [fold(word, "de") for word in found]
            for place, word in enumerate(folded[:-1]):
                if _may_be_verb(word, found[place], place) and _is_beside_subject(folded, place):
                    yield word, last + word


def _may_be_verb(folded: str, spelled: str, place: int) -> bool:
    return (
        len(folded) >= SHORTEST_VERB
        and folded.endswith(_ENDINGS)
        and (place == 0 or spelled[0].islower())
        and not is_stop_word(folded, "de")
        and not is_question_word(folded, "de")
    )


def _is_beside_subject(folded: list[str], place: int) -> bool:
    """The verb opens the clause, comes second, or stands beside a pronoun."""
    return place < 2 or folded[place - 1] in _SUBJECTS or folded[place + 1] in _SUBJECTS
