"""What typed words and phrases also mean, offered to the concepts of a query."""

from collections.abc import Sequence

from portal.search.concept import Concept
from portal.search.index.meanings import Targets
from portal.search.index.opened import OpenedLanguage
from portal.search.language.stemming import stem
from portal.search.language.stopwords import is_question_word
from portal.search.language.synonyms import MAX_PHRASE_WORDS

MOST_READINGS = 3
# How much a question word counts in a phrase of the synonym file, at least.
QUESTION_IN_PHRASE = 0.5


def add_synonyms(typed: Sequence[str], groups: list[list[Concept]], opened: OpenedLanguage) -> None:
    """Synonyms of words and of neighbouring words, with and without the stop words between them."""
    by_word = {group[0].word: group[0] for group in groups}
    for concept in (concept for group in groups for concept in group):
        readings = dict.fromkeys(concept.readings[:MOST_READINGS])
        if not opened.meanings.has(concept.number):
            del readings[concept.readings[0]]
        for reading in readings:
            if targets := opened.meanings.of(reading):
                _offer(concept, targets)
        # A thesaurus says nothing about words that the articles have.
        if concept.number is None and (related := opened.meanings.related(concept.readings[0])):
            concept.offer_all(related.words)
    for sequence in dict.fromkeys((tuple(typed), tuple(by_word))):
        stems = [_reading(word, by_word, opened) for word in sequence]
        for start in range(len(stems) - 1):
            first = by_word.get(sequence[start])
            if opened.meanings.has_phrase(first.number if first else None) and opened.meanings.begins_phrase(
                stems[start]
            ):
                for end in range(start + 2, min(start + MAX_PHRASE_WORDS, len(stems)) + 1):
                    if targets := opened.meanings.of(" ".join(stems[start:end])):
                        _mean_together(
                            [by_word[word] for word in sequence[start:end] if word in by_word], targets, opened.language
                        )


def _reading(word: str, by_word: dict[str, Concept], opened: OpenedLanguage) -> str:
    concept = by_word.get(word)
    if concept is None or concept.is_known or len(concept.readings) < 2:
        return stem(word, opened.language)
    return concept.readings[1]


def _mean_together(meant: list[Concept], targets: Targets, language: str) -> None:
    """What words mean as a phrase."""
    for concept in meant:
        # A weak word tells something in a phrase that the synonym file knows: geht nicht, wie lange.
        is_question = is_question_word(concept.word, language)
        concept.share = max(concept.share, QUESTION_IN_PHRASE if is_question else 1.0)
        _offer(concept, targets)


def _offer(concept: Concept, targets: Targets) -> None:
    trust = concept.trust
    concept.offer_all(targets.words if trust == 1.0 else [(number, weight * trust) for number, weight in targets.words])
    for numbers, weight in targets.phrases:
        concept.phrases[numbers] = max(weight * trust, concept.phrases.get(numbers, 0.0))
