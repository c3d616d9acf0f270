"""A closer look at an article: has it all words, the words and letters of its title, its best sentence."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.search.complete import Complete
from portal.search.concept import Concept
from portal.search.index.opened import OpenedLanguage
from portal.search.index.sheets import Sheet, letter_of
from portal.search.language.grams import gram_numbers
from portal.search.telling import typed_words

# What the looks are worth beside a full score of 1: query found in the title, title found in the
# query, letters shared with the title, query found in one sentence, neighbouring words found as neighbours.
TITLE, TITLE_SHARE, LETTERS, SENTENCE, PAIRS = 0.4, 0.2, 0.9, 0.3, 0.15
# What it is worth that an article has every word of the query itself.
ALL_WORDS = 0.1
# And that its author wrote down the whole query as a keyword, or as a sentence of its title.
NAMED = 1.0
# German writes as one word, and turns around, what English says with neighbours: top up, direct debit.
LANGUAGES_OF_PAIRS = ("en",)


@dataclass(slots=True)
class Ranked:
    """An article with its score, what it says, and which sentence answers best."""

    document: int
    score: float
    sheet: Sheet
    passage: int | None


class Closer:
    """Looks at articles for one query."""

    def __init__(self, text: str, weighed: Iterable[tuple[Concept, float]], opened: OpenedLanguage) -> None:
        self._opened = opened
        weighed, typed = list(weighed), typed_words(text, opened.language)
        self.complete = Complete((concept for concept, _ in weighed), typed, opened)
        self._named = frozenset(opened.named(typed))
        self._meant: dict[int, list[tuple[int, float]]] = {}
        for index, (concept, share) in enumerate(weighed):
            for number, quality in concept.alternatives.items():
                self._meant.setdefault(number, []).append((index, quality * share))
        self._wanted = frozenset(self._meant)
        self._letters = {letter_of(number): number for number in self._meant}
        self._grams = set().union(*map(gram_numbers, dict.fromkeys(typed)))
        self._pairs = _pairs(typed, opened)

    def most_of_text(self, covered: float) -> float:
        """What a look at a text can add at most that has so large a share of the query's weight."""
        return SENTENCE * covered + (PAIRS if self._pairs else 0.0)

    def look_at_titles(self, scored: Sequence[tuple[int, float]]) -> list[tuple[float, int]]:
        """What these articles and their scores come to with their titles: scores below nothing, the best first."""
        opened, looked = self._opened, []
        grams, count = self._grams, len(self._grams)
        documents = [document for document, _ in scored]
        titles, complete = opened.titles(documents), self.complete.among(documents)
        for (document, before), (stems, letters) in zip(scored, titles, strict=True):
            score = before
            found = self._wanted.intersection(stems)
            if found:
                covered = self._covered(found)
                share = sum([opened.rarities[number] for number in found]) / (opened.title_weights[document] or 1.0)
                score += TITLE * covered + TITLE_SHARE * covered * min(1.0, share)
            if document in complete:
                score += ALL_WORDS
            if document in self._named:
                score += NAMED
            # Dice's coefficient of the letter groups of query and title, 0 to 1.
            both = 2 * len(grams.intersection(letters))
            looked.append((-(score + LETTERS * both / (len(letters) + count or 1)), document))
        looked.sort()
        return looked

    def look_at_texts(self, scored: Iterable[tuple[int, float]]) -> list[Ranked]:
        """These articles with what their best sentences add to their scores."""
        read = [(document, score, self._opened.sheet(document)) for document, score in scored]
        # Most of what would do stands in none of them.
        together = "".join([sheet.letters for _, _, sheet in read])
        letters = {letter: number for letter, number in self._letters.items() if letter in together}
        return [self._with_text(document, score, sheet, letters) for document, score, sheet in read]

    def _with_text(self, document: int, score: float, sheet: Sheet, letters: Mapping[str, int]) -> Ranked:
        best, passage = 0.0, None
        found_before: set[int] = set()
        for sentence, found in sheet.sentences_with(letters):
            if not found <= found_before:
                covered = self._covered(found)
                if covered > best:
                    best, passage, found_before = covered, sentence, found
        score += SENTENCE * best
        if self._pairs:
            score += PAIRS * self._paired(document, sheet, passage)
        return Ranked(document, score, sheet, passage)

    def rescued(self, limit: int) -> list[int]:
        """Articles whose titles share the most letter groups with the query."""
        shared = Counter(document for gram in self._grams for document in self._opened.documents_with_gram(gram))
        return [document for document, _ in shared.most_common(limit) if document < self._opened.size]

    def _covered(self, found: Collection[int]) -> float:
        """Share of the query's weight that these stems cover; a concept counts once."""
        if len(found) == 1:
            (number,) = found
            # A stem stands in few concepts and in each of them once.
            return sum([value for _, value in self._meant[number]])
        covered: dict[int, float] = {}
        for number in found:
            for index, value in self._meant[number]:
                if value > covered.get(index, 0.0):
                    covered[index] = value
        return sum(covered.values())

    def _paired(self, document: int, sheet: Sheet, passage: int | None) -> float:
        """Share of the query's neighbours that are neighbours in the title or the sentence."""
        found = set(pairwise(self._opened.title_stems(document)))
        if passage is not None:
            found.update(pairwise(sheet.stems_of(passage)))
        return len(self._pairs & found) / len(self._pairs)


def _pairs(typed: Iterable[str], opened: OpenedLanguage) -> set[tuple[int, int]]:
    if opened.language not in LANGUAGES_OF_PAIRS:
        return set()
    numbers = [opened.word_stems[word] for word in typed]
    return {(first, second) for first, second in pairwise(numbers) if first is not None and second is not None}
