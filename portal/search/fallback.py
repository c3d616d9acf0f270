"""A plain scan of titles and keywords, for the minutes without an index."""

from collections import Counter
from collections.abc import Iterable
from heapq import nlargest

from portal.search.language.text import words
from portal.search.model import Document, Hit, Results
from portal.search.telling import MOST_TERMS, telling_words, typed_words


def scan(documents: Iterable[Document], text: str, *, language: str, limit: int) -> Results:
    """Articles whose title or keywords contain the typed words, most words first; nothing is marked."""
    wanted = telling_words(typed_words(text, language), language)[:MOST_TERMS]
    found = []
    for order, document in enumerate(documents):
        score = _score(document, wanted) if document.language == language else 0.0
        if score:
            found.append((score, -order, document))
    hits = [_hit(document, score) for score, _, document in nlargest(limit, found, key=lambda one: one[:2])]
    categories = Counter(document.category for _, _, document in found)
    return Results(hits, len(found), None, dict(categories), tuple(wanted))


def _score(document: Document, wanted: list[str]) -> float:
    title = " ".join(words(document.title, document.language))
    keywords = " ".join(words(" ".join(document.keywords), document.language))
    return sum(1.0 if word in title else 0.5 if word in keywords else 0.0 for word in wanted)


def _hit(document: Document, score: float) -> Hit:
    return Hit(
        document.key,
        document.title,
        document.summary,
        score,
        document.category,
    )
