"""The opened index and the questions it answers."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from portal.search.closer import Ranked
from portal.search.concept import Concept
from portal.search.index.opened import OpenedLanguage
from portal.search.index.publishing import pointer_version, published
from portal.search.ladder import concepts
from portal.search.language.spelling import near_misses
from portal.search.language.text import WORD, fold
from portal.search.model import Hit, IndexDamaged, IndexMissing, Results
from portal.search.ranking import best_articles, rank, rank_by_title
from portal.search.related import related_documents
from portal.search.snippets import Marker
from portal.search.telling import MOST_LETTERS, MOST_TERMS, typed_words

if TYPE_CHECKING:
    from portal.search.by_meaning.opinion import Opinion

OPENING_TRIES = 3
# Whoever goes back from a case to what was searched for has the same list of titles again.
REMEMBERED_TITLES = 128
# A text seems to be in another language when no more of its words than this are known here, and so many there.
FEW_KNOWN, MOST_KNOWN = 0.5, 0.8
NEAREST = 5


class Searcher:
    """Read-only and safe for threads; open another one when the pointer changes."""

    def __init__(
        self,
        languages: dict[str, OpenedLanguage],
        fingerprint: str,
        opinions: "Mapping[str, Opinion]" = MappingProxyType({}),
        edition: str = "",
    ) -> None:
        """`opinions` are those of the sentence model, by language, and `edition` names them."""
        self._languages, self._opinions = languages, opinions
        self.fingerprint = fingerprint
        self.edition = (fingerprint, edition)
        self.languages = tuple(languages)
        self._remembered_titles = lru_cache(maxsize=REMEMBERED_TITLES)(self._titles)

    @classmethod
    def open(cls, folder: Path) -> "Searcher":
        """Opens the published index; raises IndexMissing, IndexDamaged or IndexOutdated."""
        for _ in range(OPENING_TRIES - 1):
            before = pointer_version(Path(folder))
            try:
                return cls._opened(Path(folder))
            except IndexDamaged:
                # Another process may have published and removed the version we were opening.
                if pointer_version(Path(folder)) == before:
                    raise
        return cls._opened(Path(folder))

    @classmethod
    def _opened(cls, folder: Path) -> "Searcher":
        place, manifest = published(folder)
        try:
            languages = {name: OpenedLanguage(place / name, name) for name in manifest["languages"]}
        except IndexMissing:
            raise
        except Exception as error:  # Whoosh and struct raise many kinds for a broken file.
            raise IndexDamaged("the index cannot be opened") from error
        return cls(languages, manifest["fingerprint"])

    def heeding(self, opinion_of: "Callable[[OpenedLanguage], Opinion | None]", *, edition: str) -> "Searcher":
        """A searcher of the same index that also asks the sentence model, where it has an opinion."""
        heard = {name: opinion for name, opened in self._languages.items() if (opinion := opinion_of(opened))}
        return Searcher(self._languages, self.fingerprint, heard, edition)

    def search(
        self,
        text: str,
        *,
        language: str,
        limit: int = 10,
        offset: int = 0,
        category: str | None = None,
        by_meaning: bool = True,
    ) -> Results:
        """One page of articles that answer the text, best first; `by_meaning`: as the model sees it, if any."""
        opened = self._languages.get(language)
        if opened is None:
            return Results([], 0)
        found = concepts(text, opened)
        better = did_you_mean(text, found, opened)
        near = self._opinions[language].on(text, better) if by_meaning and language in self._opinions else None
        top = max(0, offset) + max(1, limit)
        ranking = rank(text, found, opened, top=max(top, near.width) if near else top, category=category)
        if near:
            ranking = near.mixed(ranking, category=category)
        marker = Marker(_meant(found))
        counts = dict(ranking.counts)
        page = [_hit(one, marker, opened) for one in ranking.best[max(0, offset) :][: max(1, limit)]]
        total = sum(counts.values()) if category is None else counts.get(category, 0)
        is_guess = bool(page) and (ranking.is_by_letters or not _is_explained(found))
        is_first = category is None and offset <= 0
        elsewhere = self._elsewhere(text, language) if is_first and known_share(found) <= FEW_KNOWN else None
        return Results(page, total, better, counts, tuple(concept.word for concept in found), is_guess, elsewhere)

    def _elsewhere(self, text: str, language: str) -> tuple[str, int] | None:
        """Another language whose articles know nearly all words of a text, and how many are found there, if any."""
        for other, opened in self._languages.items():
            found = concepts(text, opened) if other != language else []
            total = sum(rank(text, found, opened, top=1).counts.values()) if known_share(found) >= MOST_KNOWN else 0
            if total:
                return other, total
        return None

    def suggest(self, text: str, *, language: str, limit: int = 6) -> list[Hit]:
        """Articles for a text whose last word is half typed; without snippets."""
        opened = self._languages.get(language)
        if opened is None:
            return []
        found = concepts(text, opened, is_typing=True)
        best, _ = best_articles(text, found, opened, top=max(1, limit))
        marker = Marker(_meant(found))
        return [_hit(one, marker, opened, is_short=True) for one in best]

    def titles(self, text: str, *, language: str, limit: int = 5, is_literal: bool = False) -> Sequence[str]:
        """Keys of the articles whose titles fit such a text best, for lists that show no more than titles.

        None where no word of it says anything here. `is_literal`: none either when one would have to be guessed at,
        like a name that no article has.
        """
        return self._remembered_titles(text, language, max(1, limit), is_literal)

    def _titles(self, text: str, language: str, limit: int, is_literal: bool) -> Sequence[str]:
        opened = self._languages.get(language)
        if opened is None:
            return ()
        found = concepts(text, opened, is_typing=True)
        if not _is_explained(found) or (is_literal and any(concept.is_guess for concept in found)):
            return ()
        return tuple(opened.keys[one] for one in rank_by_title(text, found, opened, top=limit))

    def related(self, key: str, *, limit: int) -> list[str]:
        """Keys of articles that share the most telling words with this one, nearest first; none for an unknown key."""
        opened = self._languages.get(key.partition("/")[0])
        document = opened.document(key) if opened is not None else None
        if opened is None or document is None:
            return []
        return [opened.keys[other] for other in related_documents(document, opened, limit=limit)]

    def nearest_words(self, text: str, *, language: str) -> list[str]:
        """The words of the articles that look most like the typed ones."""
        opened = self._languages.get(language)
        if opened is None:
            return []
        near = [
            one
            for word in typed_words(text, language)[:MOST_TERMS]
            for _, one, _ in near_misses(word, opened, limit=NEAREST)
        ]
        return [opened.display(word) for word in dict.fromkeys(near)][:NEAREST]


def _is_explained(found: list[Concept]) -> bool:
    """Whether any of these is, goes on to or looks like a word of the articles."""
    return any(one.is_known or one.corrections or len(one.readings) > 1 for one in found)


def did_you_mean(text: str, found: list[Concept], opened: OpenedLanguage) -> str | None:
    """The text with unknown words replaced by the likeliest words of the articles, or None if there is none."""
    better = {concept.word: correction for concept in found if (correction := _correction(concept, opened))}
    if not better:
        return None
    return WORD.sub(lambda match: _replaced(match[0], better, opened), text[:MOST_LETTERS])


def known_share(found: list[Concept]) -> float:
    """How much of what a text asks for the articles know by the very word, 0 to 1."""
    asked = known = 0.0
    for concept in found:  # a sum would be a call for each of them, in every search
        asked += concept.share
        known += concept.share if concept.is_known else 0.0
    return known / asked if asked else 0.0


def _correction(concept: Concept, opened: OpenedLanguage) -> str | None:
    """The likeliest near miss that stands in an article; a word of the synonym file alone would be no help."""
    return next((opened.display(word) for word in concept.corrections if opened.surface_stem(word) is not None), None)


def _replaced(typed: str, better: dict[str, str], opened: OpenedLanguage) -> str:
    """The better word; an English one in small letters as it was typed, a German one as the articles spell it."""
    word = better.get(fold(typed, opened.language), typed)
    return word.lower() if opened.language == "en" and typed.islower() and word.istitle() else word


def _hit(one: Ranked, marker: Marker, opened: OpenedLanguage, *, is_short: bool = False) -> Hit:
    document, sheet = one.document, one.sheet
    piece = "" if is_short else marker.snippet(sheet, one.passage)
    marked = marker.title(sheet, opened.title_stems(document))
    return Hit(opened.keys[document], marked, piece, one.score, opened.categories[document])


def _meant(found: list[Concept]) -> set[int]:
    """All stems that are marked."""
    numbers: set[int] = set()
    for concept in found:
        numbers.update(concept.alternatives, *concept.phrases)
    return numbers
