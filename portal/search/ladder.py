"""The search ladder: how a typed word finds words of the index.

exact and stem -> half typed -> family -> compound -> near miss -> synonym -> alike -> letters of titles (in ranking).
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple, TypeVar

from portal.search.concept import Concept
from portal.search.index.meanings import COMPOUND, compounds_of
from portal.search.index.opened import OpenedLanguage
from portal.search.language.compounds import LINKS, parts, split
from portal.search.language.families import family
from portal.search.language.relatives import FAMILY
from portal.search.language.spelling import near_misses
from portal.search.language.stemming import stem
from portal.search.language.verbs import separated
from portal.search.rephrasing import MOST_READINGS, add_synonyms
from portal.search.telling import MOST_LETTERS, MOST_TERMS, most_telling, share_of, telling_words, typed_words

# So many alternatives of a concept count, the best ones: more cost time and find nothing better.
MOST_ALTERNATIVES = 24
REMEMBERED_CLIMBS = 500
MOST_COMPLETIONS = 100
SHORTEST_HALF = 2
# Compounds are longer than their first part by more letters than an ending has.
FEWEST_LETTERS_MORE = 2
# Words begin alike that share so many letters, and this share of the typed word.
SHORTEST_ALIKE, ALIKE_SHARE = 5, 0.65
# How much a rung of the ladder counts beside the word itself (1).
HALF_TYPED, PERHAPS_HALF_TYPED, PART, JOINED, ALIKE = 0.8, 0.4, 0.7, 1.0, 0.4
# What the parts of a word lose if some of it is unknown, and how short the stem of a part may be.
OF_UNKNOWN, SHORTEST_ROOT = 0.5, 3
NEAR_MISS = {1: 0.8, 2: 0.6}
# What a near miss loses for being less likely than the likeliest, and what it keeps at least.
LESS_LIKELY, LEAST_LIKELY = 0.7, 0.4
Found = TypeVar("Found")


def concepts(text: str, opened: OpenedLanguage, *, is_typing: bool = False) -> list[Concept]:
    """What a query asks for, at most twelve concepts; `is_typing`: the last word may go on."""
    typed = typed_words(text, opened.language)
    chosen = most_telling(telling_words(typed, opened.language), opened)
    # Copies, to which a query may add.
    found = [_remembered(opened, _climb, word, word is typed[-1], is_typing).copy() for word in chosen]
    _join_verbs(text[:MOST_LETTERS], found, opened)
    _join_neighbours(found, opened)
    groups = [_split_or_correct(concept, opened) for concept in found]
    add_synonyms(typed[: 3 * MOST_TERMS], groups, opened)
    asked = [concept for group in groups for concept in group]
    for concept in asked:
        if not concept.alternatives and not concept.phrases:
            _add_alike(concept, opened)
        concept.keep_best(MOST_ALTERNATIVES)
    return asked


def _climb(opened: OpenedLanguage, word: str, is_last: bool, is_typing: bool) -> Concept:
    """What the lower rungs find for a word."""
    root, begun = stem(word, opened.language), _remembered(opened, _words_begun, word)
    number = opened.stem_number(root) if begun.own is None else opened.stem_of(begun.own)
    concept = Concept(word, share=share_of(word, opened.language), readings=[root], number=number)
    concept.is_known = begun.own is not None or number is not None or opened.meanings.of(root) is not None
    concept.offer(number, 1.0)
    if is_last and len(word) >= SHORTEST_HALF:
        weight = HALF_TYPED if is_typing or not concept.is_known else PERHAPS_HALF_TYPED
        _add_half_typed(concept, begun, opened, weight)
    if opened.language == "de":
        _add_relatives(concept, begun.own, opened)
    return concept


def _add_relatives(concept: Concept, position: int | None, opened: OpenedLanguage) -> None:
    """Words of the family, compounds with the word, its parts if it is one, other forms of the verb."""
    found, forms = opened.relatives.of(concept.word, position)
    concept.offer_all(found)
    concept.readings += [stem(opened.surfaces[position], opened.language) for position in forms]


def _add_half_typed(concept: Concept, begun: "_Begun", opened: OpenedLanguage, weight: float) -> None:
    likeliest = begun.words
    if len(likeliest) > 1:
        likeliest = sorted(likeliest, key=lambda pair: opened.frequency(pair[1]), reverse=True)[:MOST_ALTERNATIVES]
    concept.offer_all([(number, weight) for _, number in likeliest if number is not None])
    if not concept.is_known:
        concept.readings += [stem(surface, opened.language) for surface, _ in likeliest[: MOST_READINGS - 1]]


def _add_compounds(concept: Concept, root: str, opened: OpenedLanguage, weight: float) -> None:
    """Words that begin or end with the root: Frist finds Kündigungsfrist."""
    for number in compounds_of(root, opened):
        concept.offer(number, weight)


def _join_verbs(text: str, found: list[Concept], opened: OpenedLanguage) -> None:
    """A verb and its first part at the end of the clause: richte … ein is einrichten."""
    if opened.language == "de":
        by_word = {concept.word: concept for concept in found}
        for verb, whole in separated(text):
            if verb in by_word:
                root = stem(whole, opened.language)
                by_word[verb].offer(opened.stem_number(root), JOINED)
                by_word[verb].readings.append(root)


def _join_neighbours(found: list[Concept], opened: OpenedLanguage) -> None:
    """Neighbouring words written as one, in both orders: Frist Kündigung finds Kündigungsfrist."""
    for first, second in pairwise(found):
        for left, right in ((first, second), (second, first)):
            begun = _remembered(opened, _words_begun, left.word)
            if begun.is_cut or right.readings[0] in begun.longer:
                for surface, number in _compounds(left.word, right.readings[0], begun, opened):
                    for concept in (first, second):
                        concept.offer(number, JOINED)
                        concept.readings.append(stem(surface, opened.language))


class _Begun(NamedTuple):
    """The first words that begin like a typed one, with their stems, and whether there are more."""

    words: list[tuple[str, int | None]]
    is_cut: bool
    # All of them as a text, if one goes on for more letters than an ending has; most words begin no other.
    longer: str
    # Where the typed word itself stands among the words of the index.
    own: int | None


def _words_begun(opened: OpenedLanguage, typed: str) -> _Begun:
    position, words = opened.words_beginning_with(typed, limit=MOST_COMPLETIONS)
    # The word itself comes first.
    own = position if words and words[0][0] == typed else None
    is_longer = any([len(word) > len(typed) + FEWEST_LETTERS_MORE for word, _ in words])
    longer = " ".join([word for word, _ in words]) if is_longer else ""
    return _Begun(words, is_longer and len(words) >= MOST_COMPLETIONS, longer, own)


def _compounds(left: str, right: str, begun: _Begun, opened: OpenedLanguage) -> list[tuple[str, int | None]]:
    """Words of the index that begin with both, one for each ending that may link them."""
    beginnings = [left + link + right for link in LINKS.get(opened.language, ("",))]
    if begun.is_cut:
        return [one for beginning in beginnings for one in opened.beginning_with(beginning, limit=1)]
    firsts = (next((one for one in begun.words if one[0].startswith(beginning)), None) for beginning in beginnings)
    return [one for one in firsts if one is not None]


def _remembered(opened: OpenedLanguage, find: Callable[..., Found], *asked: str | bool) -> Found:
    """What was found in an earlier query, or is found now."""
    key = (find, *asked)
    known = opened.climbed.get(key)
    if known is None:
        if len(opened.climbed) >= REMEMBERED_CLIMBS:
            opened.climbed.clear()
        known = opened.climbed[key] = find(opened, *asked)
    return known


def _add_alike(concept: Concept, opened: OpenedLanguage) -> None:
    """The last rung for a word that nothing else explains: words that begin alike."""
    beginning = concept.word[: max(SHORTEST_ALIKE, round(ALIKE_SHARE * len(concept.word)))]
    if len(beginning) < len(concept.word):
        for _, number in opened.beginning_with(beginning, limit=MOST_ALTERNATIVES):
            concept.offer(number, ALIKE)


def _split_or_correct(concept: Concept, opened: OpenedLanguage) -> list[Concept]:
    """An unknown word as its two parts, or with its near misses, or as those of its parts that mean something."""
    if not concept.is_known and len(concept.readings) == 1:
        halves = split(concept.word, opened)
        if halves:
            return [_part(concept, opened.stems[number], PART, opened) for number in halves]
        _correct(concept, opened)
    return _taken_apart(concept, opened) or [concept]


def _taken_apart(concept: Concept, opened: OpenedLanguage) -> list[Concept]:
    """The known parts of a German word that nothing explains so far, no synonym either."""
    is_explained = concept.alternatives or concept.corrections or concept.share < 1
    if opened.language != "de" or is_explained or any(map(opened.meanings.of, concept.readings)):
        return []
    roots, unknown = parts(concept.word, lambda rest: _known_roots(rest, opened))
    return [_part(concept, root, PART * (1 - OF_UNKNOWN * unknown), opened) for root in roots]


def _known_roots(rest: str, opened: OpenedLanguage) -> set[str]:
    """Stems with which these letters begin and that mean anything here."""
    explained = opened.meanings.beginnings_of(rest, shortest=SHORTEST_ROOT)
    return {*opened.stems.beginnings_of(rest, shortest=SHORTEST_ROOT), *filter(opened.meanings.of, explained)}


def _correct(concept: Concept, opened: OpenedLanguage) -> None:
    near = near_misses(concept.word, opened)
    for doubt, candidate, distance in near:
        loss = LESS_LIKELY * (doubt - near[0][0])
        concept.offer(opened.surface_stem(candidate), NEAR_MISS[distance] * max(LEAST_LIKELY, 1 - loss))
        concept.corrections.append(candidate)
        concept.readings.append(stem(candidate, opened.language))
        concept.trust = NEAR_MISS[1]


def _part(whole: Concept, root: str, share: float, opened: OpenedLanguage) -> Concept:
    part = Concept(whole.word, share=whole.share * share, is_known=True, readings=[root, *whole.readings[:1]])
    part.alternatives = dict(whole.alternatives)
    part.offer(opened.stem_number(root), 1.0)
    for relative in family(root, opened):
        part.offer(relative, FAMILY)
    _add_compounds(part, root, opened, COMPOUND)
    return part
