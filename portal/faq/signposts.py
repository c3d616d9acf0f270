"""Pages that a search may mean: whoever looks for “hotline” wants the contact page more than an article about it.

The composition says which pages there are, and by which words people look for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import url_for
from flask_babel import LazyString

from portal.faq.queries import library
from portal.foundation.i18n import current_language
from portal.foundation.web.here import OnePerApp
from portal.search import plain_words, typed_words


@dataclass(frozen=True)
class Words:
    """The words by which people look for a page: one of the `phrases`, and of those `beside` it as many as they like.

    Phrases stand between commas; of one with several words all must be there, in any order.
    """

    phrases: str
    beside: str = ""


@dataclass(frozen=True)
class PageMeant:
    """A page of the portal, its name, and its words in each language; `values` are those of its address."""

    endpoint: str
    title: LazyString
    words: Mapping[str, Words]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Signpost:
    """Where a search leads besides its results."""

    title: str
    url: str


PAGES_MEANT = OnePerApp[Sequence[PageMeant]]("pages_meant")


def signpost_for(words: str) -> Signpost | None:
    """The page that a search in the reader's language means; None for every other search.

    A company page (imprint, privacy …) is meant by the words of its title and of its address.
    """
    language = current_language()
    typed = frozenset(typed_words(words, language))
    telling = frozenset(plain_words(words, language))
    for page in PAGES_MEANT.here():
        known, phrases = _looked_for(page.words[language], language)
        if telling <= known and any(phrase <= typed for phrase in phrases):
            return Signpost(str(page.title), url_for(page.endpoint, language=language, **page.values))
    for own in library().pages_in(language):
        if telling and telling <= frozenset(typed_words(f"{own.title} {own.slug}", language)):
            return Signpost(own.title, own.url)
    return None


# A dozen pages, the same for every search.
@lru_cache(maxsize=64)
def _looked_for(words: Words, language: str) -> tuple[frozenset[str], Sequence[frozenset[str]]]:
    """All words that may stand in such a search, and the phrases of which it has one."""
    phrases = [frozenset(typed_words(phrase, language)) for phrase in words.phrases.split(",")]
    return frozenset(typed_words(words.beside, language)).union(*phrases), phrases
