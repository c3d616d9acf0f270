"""Which words of a query count, and how much beside the others."""

from collections.abc import Sequence
from functools import lru_cache

from portal.search.index.opened import OpenedLanguage
from portal.search.language.stemming import stem
from portal.search.language.stopwords import is_question_word, is_stop_word, is_weak_word
from portal.search.language.text import words

MOST_TERMS = 12
MOST_LETTERS = 400
# How much a word counts that only opens a question, or that says little about the matter.
QUESTION_WORD_SHARE = 0.2
WEAK_WORD_SHARE = {"de": 0.4, "en": 0.3}


# Several steps of a query ask for its words.
@lru_cache(maxsize=16)
def typed_words(text: str, language: str) -> Sequence[str]:
    """The folded words of a query, cut at 400 letters."""
    return words(text[:MOST_LETTERS], language)


def telling_words(typed: Sequence[str], language: str) -> list[str]:
    """The words without stop words; if nothing else remains, all of them."""
    telling = [word for word in typed if not is_stop_word(word, language)]
    is_nothing = all(is_question_word(word, language) for word in telling)
    return list(dict.fromkeys(typed if is_nothing else telling))


def plain_words(text: str, language: str) -> list[str]:
    """The folded words of a query that neither open a question nor stand in any; none if nothing else is there."""
    typed = typed_words(text, language)
    return [word for word in typed if not is_stop_word(word, language) and not is_question_word(word, language)]


def telling_stems(text: str, language: str) -> tuple[str, ...]:
    """The stems of the words that count in a query, sorted and without doubles: what searches have in common."""
    telling = telling_words(typed_words(text, language), language)
    return tuple(sorted({found for word in telling if (found := stem(word, language))}))


def most_telling(telling: list[str], opened: OpenedLanguage) -> list[str]:
    """At most twelve words in their order: of a long question the rarest ones that say something."""
    if len(telling) <= MOST_TERMS:
        return telling
    kept = sorted(telling, key=lambda word: (-share_of(word, opened.language), _frequency(word, opened)))[:MOST_TERMS]
    return [word for word in telling if word in kept]


def share_of(word: str, language: str) -> float:
    """How much a folded word counts beside others, 0 to 1."""
    if is_question_word(word, language):
        return QUESTION_WORD_SHARE
    return WEAK_WORD_SHARE[language] if is_weak_word(word, language) else 1.0


def _frequency(word: str, opened: OpenedLanguage) -> int:
    """In how many articles a word stands; one of no article may be misspelt and stands in the middle."""
    return opened.frequency(opened.stem_number(stem(word, opened.language))) or opened.size // 4
