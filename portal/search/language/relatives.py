"""German words that are related by their form: the family, compounds with a word, its parts, other forms of a verb.

For every word of an index this is worked out when the index is built.
"""

from array import array
from collections.abc import Mapping
from typing import Any

from portal.search.index.meanings import COMPOUND, compounds_of
from portal.search.index.vocabulary import Vocabulary
from portal.search.language.compounds import split
from portal.search.language.families import family
from portal.search.language.stemming import stem, verb_forms

SHORTEST_COMPOUND = 9
# So many words are looked at that begin like another form of the verb.
MOST_FORMS = 3
# How much a relative counts beside the word itself (1).
VERB_FORM, FAMILY, KNOWN_PART = 0.8, 0.6, 0.25
FULL = 100
# Stems and how well they mean the word, and positions of words that are other forms of the verb.
Relatives = tuple[list[tuple[int, float]], list[int]]


def relatives_of(word: str, vocabulary: Vocabulary) -> Relatives:
    """The relatives of a folded word, nearest first."""
    root = stem(word, vocabulary.language)
    found = [(number, FAMILY) for number in family(root, vocabulary)]
    if len(word) >= SHORTEST_COMPOUND and vocabulary.stem_number(root) is not None:
        found += [(number, KNOWN_PART) for number in split(word, vocabulary) or ()]
    forms = verb_forms(root)
    for part in (root, word, *forms):
        found += [(number, COMPOUND) for number in compounds_of(part, vocabulary)]
    others = [position for form in forms for position in _other_forms(form, vocabulary)]
    known = (vocabulary.stem_of(position) for position in others)
    return found + [(number, VERB_FORM) for number in known if number is not None], others


def _other_forms(form: str, vocabulary: Vocabulary) -> list[int]:
    """Words that are this form of the verb and no longer word."""
    begun = vocabulary.positions(form, limit=MOST_FORMS)
    return [position for position, surface in begun if stem(surface, vocabulary.language).rstrip("e") == form]


def relative_tables(vocabulary: Vocabulary) -> dict:
    """The relatives of every word of the vocabulary."""
    starts, form_starts = array("I", [0]), array("I", [0])
    numbers, weights, forms = array("I"), bytearray(), array("I")
    for position in range(len(vocabulary.surfaces) if vocabulary.language == "de" else 0):
        found, others = relatives_of(vocabulary.surfaces[position], vocabulary)
        best: dict[int, float] = {}
        for number, weight in found:
            best[number] = max(weight, best.get(number, 0.0))
        numbers.extend(best)
        weights += bytes(round(FULL * weight) for weight in best.values())
        forms.extend(others)
        starts.append(len(numbers))
        form_starts.append(len(forms))
    tables = {"relatives": numbers, "relative_weights": bytes(weights), "relative_starts": starts}
    return tables | {"verb_forms": forms, "verb_form_starts": form_starts}


class OpenedRelatives:
    """Looks up what was worked out, and works out the rest."""

    def __init__(self, tables: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._numbers, self._weights, self._starts, self._forms, self._form_starts = (
            tables[name]
            for name in ("relatives", "relative_weights", "relative_starts", "verb_forms", "verb_form_starts")
        )

    def of(self, word: str, position: int | None) -> Relatives:
        """The relatives of a folded German word, which stands at this position of the vocabulary or nowhere."""
        if position is None:
            return relatives_of(word, self._vocabulary)
        start, end = self._starts[position : position + 2]
        worth = [weight / FULL for weight in self._weights[start:end]]
        first, last = self._form_starts[position : position + 2]
        return list(zip(self._numbers[start:end], worth, strict=True)), self._forms[first:last].tolist()
