"""Where rooms that do not know each other meet: articles for what somebody writes, and folders for incidents."""

import re
from collections.abc import Sequence
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from portal.faq.actions import SEARCH_TALLY
from portal.faq.queries import edition, library, today
from portal.faq.rules import Entry
from portal.faq.search import Hit, find, found_entry
from portal.foundation.i18n import current_language
from portal.incidents.board import BOARD, Board
from portal.questions.offers import BY_NUMBER, BY_NUMBERS, MATCHING, READING_TRACES, Answer
from portal.questions.topics import TOPICS_FILE

_ANCHOR = re.compile(r'<a [^>]*class="(?:anchor|footnote-backref)"[^>]*>[^<]*</a>')
_OF_ITS_PAGE = re.compile(r' (?:id="[^"]*"|href="#[^"]*")')
_WORDS_LIMIT = 200
# What lies in the topic's own part of the FAQ counts a little more than what does not.
_OWN_SHELF = 1.25
# An article this much weaker than the best one only distracts.
_LEAST_SHARE = 0.4


def set_up_matching(app: Flask) -> None:
    """Give the room of questions its ways to the FAQ."""
    MATCHING.put(app, matching)
    BY_NUMBER.put(app, by_number)
    BY_NUMBERS.put(app, by_numbers)
    READING_TRACES.put(app, Traces())


class Traces:
    """What readers did before they asked, added to the FAQ's own sums."""

    def count_stuck(self, number: int, step: int) -> None:
        """Somebody is stuck at that step of the article."""
        SEARCH_TALLY.here().count_step(number, step, language=current_language(), on=today())

    def count_asked(self, words: str, number: int | None, step: int | None) -> None:
        """Somebody sent a question after these words, or from that step."""
        if words:
            SEARCH_TALLY.here().count_asked(words, language=current_language(), on=today())
        if number is not None and step is not None:
            SEARCH_TALLY.here().count_step(number, step, language=current_language(), on=today(), has_asked=True)


def set_up_incidents(app: Flask) -> None:
    """Let incidents know which folders of the FAQ their topics belong to."""

    def categories_of(topics: Sequence[str]) -> frozenset[str]:
        known = TOPICS_FILE.of(app).topics.by_slug
        return frozenset(name for slug in topics if slug in known for name in known[slug].categories)

    BOARD.put(app, Board(categories_of))


def matching(words: str, categories: Sequence[str], most: int) -> list[Answer]:
    """Up to that many articles for the words in the reader's language, best first; none that only look similar.

    `categories` are folders of the first language.
    """
    shown = edition()
    # Asked at every pause of whoever writes: too often for the sentence model.
    results = find(words[:_WORDS_LIMIT], category=None, limit=3 * most, offset=0, by_meaning=False)
    if results.is_guess or not results.hits:
        return []

    def worth(hit: Hit) -> float:
        shelf = shown.category(hit.category)
        return hit.score * (_OWN_SHELF if shelf and shelf.source in categories else 1.0)

    ranked = sorted(results.hits, key=worth, reverse=True)
    good = [hit for hit in ranked if worth(hit) >= _LEAST_SHARE * worth(ranked[0])][:most]
    return [_answer(entry) for entry in (found_entry(hit, shown) for hit in good) if entry is not None]


def by_number(number: int) -> Answer | None:
    """The article with that number in the reader's language, if the public may read it."""
    entry = edition().by_number(number)
    return Answer(entry.number, entry.title, entry.url, entry.summary) if entry else None


def by_numbers(numbers: Sequence[int], language: str | None = None) -> list[Answer]:
    """The articles with these numbers, in their order, also in another language; none while there is no content yet."""
    if not library().is_ready:
        return []
    shown = edition(language)
    found = (shown.by_number(number) for number in numbers)
    return [
        Answer(each.number, each.title, each.url, language=each.article.language if each.is_fallback else "")
        for each in found
        if each is not None
    ]


def _answer(entry: Entry) -> Answer:
    return Answer(entry.number, entry.title, entry.url, entry.summary, _body(entry.article.packed, entry.article.body))


@lru_cache(maxsize=256)
def _body(_packed: bytes, body: str) -> Markup:
    # Several articles on one page: what only an article's own page may have leaves.
    return Markup(_OF_ITS_PAGE.sub("", _ANCHOR.sub("", body)))  # noqa: S704  (sanitised by foundation.markdown)
