"""What else words and phrases mean, worked out for the vocabulary of an index when it is built."""

from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from portal.search.index.vocabulary import Vocabulary
from portal.search.language.compounds import SHORTEST_PART
from portal.search.language.stemming import stem
from portal.search.language.stopwords import is_stop_word
from portal.search.language.synonyms import Meanings, Phrase
from portal.search.language.thesaurus import related_words
from portal.search.language.wordlist import WordList, packed_words
from portal.search.usage import Usage

# How much a compound counts of what its part counts: Frist finds Kündigungsfrist.
COMPOUND = 0.5
MOST_COMPOUNDS = 24
FULL = 100
# The two groups of tables.
MEANING, THESAURUS = "meaning", "thesaurus"
IS_SOURCE, BEGINS_PHRASE = 1, 2
REMEMBERED_MEANINGS = 512
Numbers = tuple[int, ...]


class Targets(NamedTuple):
    """What stands for a word or phrase in an index, and how well: single stems, and stems together."""

    words: list[tuple[int, float]]
    phrases: list[tuple[Numbers, float]]

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


def meaning_tables(meanings: Meanings, vocabulary: Vocabulary, usage: Usage) -> dict:
    """For each phrase of stems what stands for it in this index; it is kept even if nothing does."""
    by_stems = _by_stems(meanings, vocabulary.language)
    found = {source: _in_index(targets, vocabulary) for source, targets in by_stems.items()}
    damped = {source: _damped(source, targets, vocabulary, usage) for source, targets in found.items()}
    return _packed(damped, MEANING) | {"meaning_begun": _begun(found, vocabulary)}


def _begun(sources: Iterable[str], vocabulary: Vocabulary) -> bytes:
    """Of each stem whether the synonym file knows it, and whether a phrase of it begins so: most are in none."""
    found = bytearray(len(vocabulary.stems))
    for source in sources:
        first, _, others = source.partition(" ")
        number = vocabulary.stem_number(first)
        if number is not None:
            found[number] |= BEGINS_PHRASE if others else IS_SOURCE
    return bytes(found)


def thesaurus_tables(folder: Path | None, vocabulary: Vocabulary, meanings: Meanings) -> dict:
    """What the thesaurus offers of the articles' words for words that neither articles nor synonym file know."""
    known = _by_stems(meanings, vocabulary.language)
    numbers = {vocabulary.stems[number]: number for number in range(len(vocabulary.stems))}
    related = related_words(
        folder, language=vocabulary.language, is_unknown=lambda word: word not in numbers and word not in known
    )
    found: dict[str, dict[Numbers, float]] = {}
    for source, targets in related:
        offered: dict[Numbers, float] = {
            (numbers[word],): weight for word, weight in targets.items() if word in numbers
        }
        if offered:
            found.setdefault(source, {}).update(offered)
    return _packed(found, THESAURUS)


def _packed(found: Mapping[str, Mapping[Numbers, float]], name: str) -> dict:
    sources, starts = sorted(found), array("I", [0])
    numbers, weights = array("I"), bytearray()
    for source in sources:
        for phrase, weight in found[source].items():
            numbers.extend(phrase)
            # A weight ends a phrase.
            weights += bytes(len(phrase) - 1) + bytes([max(1, round(FULL * weight))])
        starts.append(len(numbers))
    block, block_starts = packed_words(sources)
    return {
        f"{name}_sources": block,
        f"{name}_sources_starts": block_starts,
        f"{name}_starts": starts,
        f"{name}_numbers": numbers,
        f"{name}_weights": bytes(weights),
    }


class _Lookup:
    """What stands for words and phrases in one group of tables."""

    def __init__(self, tables: Mapping[str, Any], name: str) -> None:
        self.sources = WordList(tables[f"{name}_sources"], tables[f"{name}_sources_starts"])
        self._starts, self._numbers, self._weights = (
            tables[f"{name}_{one}"] for one in ("starts", "numbers", "weights")
        )

    def of(self, source: str) -> Targets | None:
        """What stands for a word or phrase (stems with a blank between); None if it is unknown."""
        position = self.sources.position(source)
        if position is None:
            return None
        start, end = self._starts[position : position + 2]
        found, phrase = Targets([], []), []
        for number, weight in zip(self._numbers[start:end], self._weights[start:end], strict=True):
            phrase.append(number)
            if weight and len(phrase) > 1:
                found.phrases.append((tuple(phrase), weight / FULL))
            elif weight:
                found.words.append((number, weight / FULL))
            if weight:
                phrase = []
        return found


class OpenedMeanings:
    """Looks up what else words mean: in the synonym file (`of`), and else in the thesaurus (`related`)."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._meanings, self._begun = _Lookup(tables, MEANING), tables["meaning_begun"]
        self.of = lru_cache(maxsize=REMEMBERED_MEANINGS)(self._meanings.of)
        self.related = lru_cache(maxsize=REMEMBERED_MEANINGS)(_Lookup(tables, THESAURUS).of)
        self.begins_phrase = lru_cache(maxsize=REMEMBERED_MEANINGS)(self._begins_phrase)

    def has(self, number: int | None) -> bool:
        """Whether anything may stand for a stem of the articles, which has this number; None is any other word."""
        return number is None or bool(self._begun[number] & IS_SOURCE)

    def has_phrase(self, number: int | None) -> bool:
        """Whether a phrase of several words may begin with that stem."""
        return number is None or bool(self._begun[number] & BEGINS_PHRASE)

    def beginnings_of(self, text: str, *, shortest: int) -> list[str]:
        """The words and phrases of the synonym file with which the text begins."""
        return self._meanings.sources.beginnings_of(text, shortest=shortest)

    def _begins_phrase(self, word: str) -> bool:
        """Whether a phrase of several words begins with this stem."""
        return bool(self._meanings.sources.beginning_with(f"{word} ", limit=1)[1])


def _by_stems(meanings: Meanings, language: str) -> dict[str, dict[Phrase, float]]:
    """By stems; phrases also without their stop words, if two words remain."""
    found: dict[str, dict[Phrase, float]] = {}
    for source, targets in meanings.items():
        for key in {source, _telling(source, language)}:
            if key == source or len(key) > 1:
                known = found.setdefault(" ".join(_stems_of(key, language)), {})
                for target, weight in targets.items():
                    stems = _stems_of(_telling(target, language), language)
                    known[stems] = max(weight, known.get(stems, 0.0))
    return found


def _in_index(targets: Mapping[Phrase, float], vocabulary: Vocabulary) -> dict[Numbers, float]:
    found: dict[Numbers, float] = {}
    for target, weight in targets.items():
        numbers = tuple(number for word in target if (number := vocabulary.stem_number(word)) is not None)
        if len(numbers) == len(target):
            found[numbers] = max(weight, found.get(numbers, 0.0))
        if len(target) == 1 and vocabulary.language == "de":
            for number in compounds_of(target[0], vocabulary):
                found[number,] = max(weight * COMPOUND, found.get((number,), 0.0))
    return found


def _damped(source: str, found: Mapping[Numbers, float], vocabulary: Vocabulary, usage: Usage) -> dict[Numbers, float]:
    """The same with less weight where the articles use the word themselves; phrases stay as they are."""
    word = vocabulary.stem_number(source)
    return {
        numbers: weight * usage.damping(word, numbers[0]) if len(numbers) == 1 else weight
        for numbers, weight in found.items()
    }


def compounds_of(root: str, vocabulary: Vocabulary) -> list[int]:
    """Stems of words that begin or end with the root."""
    if len(root) < SHORTEST_PART:
        return []
    begun = vocabulary.beginning_with(root, limit=MOST_COMPOUNDS)
    found = [number for _, number in begun if number is not None]
    return found + vocabulary.stems_ending_with(root, limit=MOST_COMPOUNDS)


def _telling(phrase: Phrase, language: str) -> Phrase:
    return tuple(word for word in phrase if not is_stop_word(word, language)) or phrase


def _stems_of(phrase: Phrase, language: str) -> Phrase:
    return tuple(stem(word, language) for word in phrase)
