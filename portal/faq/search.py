"""The FAQ's use of the search package: the index where there is one, a plain scan of titles while there is none."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from portal.faq.library import KEEPER, Edition
from portal.faq.library.edition import MAX_RELATED, path_of
from portal.faq.queries import edition, library
from portal.faq.rules import Article, Entry
from portal.foundation.i18n import current_language
from portal.search import Document, Hit, IndexDamaged, Results, Searcher, scan, telling_stems

Answer = TypeVar("Answer")


def find(words: str, *, category: str | None, limit: int, offset: int, by_meaning: bool = True) -> Results:
    """Articles for the words in the reader's language, best first; not `by_meaning` for what is not yet written."""
    language, more = current_language(), {"limit": limit, "offset": offset}
    found = _from_index(
        lambda index: index.search(words, language=language, category=category, by_meaning=by_meaning, **more)
    )
    return found or _scanned(words, category=category, limit=limit, offset=offset)


def suggestions_for(words: str, *, limit: int = 6) -> list[Hit]:
    """Articles for words whose last one may be half-typed, in the reader's language."""
    language = current_language()
    found = _from_index(lambda index: index.suggest(words, language=language, limit=limit))
    return list(scan(_titles(language), words, language=language, limit=limit).hits) if found is None else found


def entries_by_title(words: str, *, limit: int = 5, language: str = "", is_literal: bool = False) -> list[Entry]:
    """Articles for half-typed words by their titles alone, a third of the work; the reader's language if none is named.

    `is_literal`: none for words that the articles do not know, where all would be guesses. Nothing while there is no
    content yet: who asks has other things to show.
    """
    if not KEEPER.here().library.is_ready:
        return []
    language = language or current_language()
    shown = edition(language)
    keys = _from_index(lambda index: index.titles(words, language=language, limit=limit, is_literal=is_literal))
    if keys is None:
        keys = [hit.key for hit in scan(_titles(language), words, language=language, limit=limit).hits]
    found = (shown.entry(key.partition("/")[2]) for key in keys)
    return [entry for entry in found if entry is not None]


def internal_articles(words: str, *, limit: int = 5) -> list[Article]:
    """Articles for our own staff, of any language, whose title, keywords or short text have all of the words.

    They stand in no index that answers customers; there are few of them.
    """
    found = (article for article in library().internal if _has_all(article, words))
    return sorted(found, key=lambda article: article.title.casefold())[:limit]


def related_entries(entry: Entry) -> list[Entry]:
    """Articles beside one in the reader's language: hand-set, else by the words they share; then neighbours."""
    shown = edition()

    def by_words() -> list[Entry]:
        key = f"{shown.language}/{path_of(entry)}"
        keys = _from_index(lambda index: index.related(key, limit=MAX_RELATED)) or []
        found = (shown.entry(key.partition("/")[2]) for key in keys)
        return [other for other in found if other is not None]

    return shown.related(entry, by_words)


def nearest(words: str) -> list[str]:
    """Words that the articles know and that are written nearly like these."""
    language = current_language()
    return _from_index(lambda index: index.nearest_words(words, language=language)) or []


def _from_index(ask: Callable[[Searcher], Answer]) -> Answer | None:
    """What the index says; None while there is none, or from the moment when somebody has harmed its file."""
    searcher = KEEPER.here().searcher
    if searcher is None:
        return None
    try:
        return ask(searcher)
    except IndexDamaged as error:
        KEEPER.here().give_up(searcher, error)
        return None


def found_entry(hit: Hit, shown: Edition) -> Entry | None:
    """The article of a hit in that edition; None when it has gone since the index was built."""
    return shown.entry(hit.key.partition("/")[2])


def _scanned(words: str, *, category: str | None, limit: int, offset: int) -> Results:
    found = scan(_titles(current_language()), words, language=current_language(), limit=len(edition().paths()))
    hits = [hit for hit in found.hits if category in (None, hit.category)]
    return replace(found, hits=hits[offset : offset + limit], total=len(hits))


def _titles(language: str) -> list[Document]:
    return [
        Document(
            key=f"{language}/{path}",
            language=language,
            title=entry.title,
            summary=entry.summary,
            keywords=entry.article.keywords,
            category=path.partition("/")[0],
        )
        for path, entry in edition(language).paths().items()
    ]


def _has_all(article: Article, words: str) -> bool:
    wanted = telling_stems(words, article.language)
    said = " ".join((article.title, *article.keywords, article.summary))
    return bool(wanted) and set(wanted) <= set(telling_stems(said, article.language))
