"""The search ladder: how a typed word finds words of the index.

exact and stem -> half typed -> compound -> synonym -> near miss -> 4-gram rescue (the last one in ranking).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.search.opened import OpenedLanguage
from portal.search.spelling import near_misses
from portal.search.stemming import stem
from portal.search.stopwords import is_question_word, is_stop_word
from portal.search.text import words

MOST_TERMS = 12
MOST_LETTERS = 400
MOST_ALTERNATIVES = 24
SHORTEST_PART = 4
LINKS = ("", "s", "n", "en", "es", "er", "e")
# How much a rung of the ladder counts beside the word itself (1).
HALF_TYPED, COMPOUND, PART, JOINED, SYNONYM = 0.8, 0.5, 0.7, 1.0, 0.8
NEAR_MISS = {1: 0.8, 2: 0.6}
QUESTION_WORD_SHARE = 0.1


@dataclass
class Concept:
    """One thing asked for: stems that mean it and how well (0 to 1); counts once however many occur."""

    word: str
    share: float = 1.0
    alternatives: dict[int, float] = field(default_factory=dict)
    is_known: bool = False
    corrections: list[str] = field(default_factory=list)

    def offer(self, number: int | None, weight: float) -> None:
        """Adds an alternative or raises its weight."""
        if number is not None and weight > self.alternatives.get(number, 0.0):
            self.alternatives[number] = weight


def concepts(text: str, opened: OpenedLanguage, *, is_typing: bool = False) -> list[Concept]:
    """What a query asks for, at most twelve concepts; `is_typing`: the last word may go on."""
    typed = words(text[:MOST_LETTERS], opened.language)
    chosen = telling_words(typed, opened.language)[:MOST_TERMS]
    found = [[_climb(word, opened, is_last=word is typed[-1], is_typing=is_typing)] for word in chosen]
    _join_neighbours(found, opened)
    _add_synonyms(found, opened)
    for group in found:
        _climb_further(group, opened)
    return [concept for group in found for concept in group]


def telling_words(typed: list[str], language: str) -> list[str]:
    """The words without stop words; if nothing else remains, all of them."""
    telling = [word for word in typed if not is_stop_word(word, language)]
    if all(is_question_word(word, language) for word in telling):
        telling = typed
    return list(dict.fromkeys(telling))


def _climb(word: str, opened: OpenedLanguage, *, is_last: bool, is_typing: bool) -> Concept:
    concept = Concept(word)
    if is_question_word(word, opened.language):
        concept.share = QUESTION_WORD_SHARE
    number = opened.stem_number(stem(word, opened.language))
    concept.is_known = number is not None
    concept.offer(number, 1.0)
    if is_last and (is_typing or not concept.is_known):
        _add_half_typed(concept, opened)
    if opened.language == "de":
        _add_compounds(concept, opened)
    return concept


def _add_half_typed(concept: Concept, opened: OpenedLanguage) -> None:
    if len(concept.word) >= 2:
        for _, number in opened.beginning_with(concept.word, limit=MOST_ALTERNATIVES):
            concept.offer(number, HALF_TYPED)


def _add_compounds(concept: Concept, opened: OpenedLanguage) -> None:
    root = stem(concept.word, opened.language)
    if len(root) < SHORTEST_PART:
        return
    for surface, number in opened.beginning_with(root, limit=MOST_ALTERNATIVES):
        concept.offer(number, COMPOUND)
    for part in {root, concept.word}:
        for surface, number in opened.ending_with(part, limit=MOST_ALTERNATIVES):
            concept.offer(number, COMPOUND)


def _join_neighbours(groups: list[list[Concept]], opened: OpenedLanguage) -> None:
    for (first,), (second,) in zip(groups, groups[1:], strict=False):
        for left, right in ((first.word, second.word), (second.word, first.word)):
            for link in LINKS if opened.language == "de" else ("",):
                number = opened.stem_number(stem(left + link + right, opened.language))
                first.offer(number, JOINED)
                second.offer(number, JOINED)


def _add_synonyms(groups: list[list[Concept]], opened: OpenedLanguage) -> None:
    stems = [stem(group[0].word, opened.language) for group in groups]
    for start in range(len(stems)):
        for end in range(start + 1, min(start + 5, len(stems)) + 1):
            for target in opened.synonyms.get(tuple(stems[start:end]), ()):
                for group in groups[start:end]:
                    _offer_phrase(group[0], target, opened)


def _offer_phrase(concept: Concept, target: Iterable[str], opened: OpenedLanguage) -> None:
    numbers = [opened.stem_number(word) for word in target]
    telling = [number for number in numbers if number is not None]
    if telling and len(telling) == len(numbers):
        rarest = min(telling, key=opened.frequency)
        concept.offer(rarest, SYNONYM if len(numbers) == 1 else SYNONYM * 0.8)


def _climb_further(group: list[Concept], opened: OpenedLanguage) -> None:
    """Splits and corrects a word that nothing has found so far."""
    concept = group[0]
    parts = _split(concept.word, opened) if opened.language == "de" else None
    if parts and not concept.is_known:
        group[:] = [_part(concept, number, opened) for number in parts]
    elif not concept.alternatives:
        for candidate, distance in near_misses(concept.word, opened):
            concept.offer(opened.surface_stem(candidate), NEAR_MISS[distance])
            concept.corrections.append(candidate)


def _part(whole: Concept, number: int, opened: OpenedLanguage) -> Concept:
    part = Concept(whole.word, share=whole.share * PART, is_known=True)
    part.alternatives = dict(whole.alternatives)
    part.offer(number, 1.0)
    for _, other in opened.ending_with(opened.stems[number], limit=MOST_ALTERNATIVES):
        part.offer(other, COMPOUND)
    return part


def _split(word: str, opened: OpenedLanguage) -> list[int] | None:
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


def _first_part(left: str, opened: OpenedLanguage) -> int | None:
    for link in LINKS:
        if left.endswith(link) and len(left) - len(link) >= SHORTEST_PART:
            number = opened.stem_number(stem(left[: len(left) - len(link)], opened.language))
            if number is not None:
                return number
    return None
