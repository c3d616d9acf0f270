"""What the pages of the search show: found articles, filters, words that lead to another search, addresses."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from urllib.parse import quote_plus

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.faq.actions import SEARCH_TALLY
from portal.faq.library import KEEPER, Edition
from portal.faq.queries import edition, library, today
from portal.faq.rules import Entry
from portal.faq.search import find, found_entry, nearest, suggestions_for
from portal.faq.signposts import signpost_for
from portal.foundation.company import LANGUAGES
from portal.foundation.i18n import current_language, local_number, offered
from portal.foundation.rendering.pages import LanguageLink
from portal.foundation.rendering.printed import Printed, Row, gap, printed, printed_page, printed_rows
from portal.foundation.rendering.spoken import escaped
from portal.numbers.format import Mistyped, read_number
from portal.search import MARK_BEGIN, MARK_END, Hit, Marked, Results

QUERY_LIMIT = 200
PAGE_SIZE = 10
LAST_PAGE = 50
SHORTEST_SUGGESTION = 2


@dataclass(slots=True)
class WordView:
    """A word that leads to another search."""

    text: str
    url: str


@dataclass(frozen=True)
class Asked:
    """What somebody searches for: the words as typed and as searched, a category or none, and which page."""

    typed: str
    category: str | None = None
    page: int = 1

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.typed[:QUERY_LIMIT]

    def find(self) -> Results | None:
        """The page of results; None when nothing was typed."""
        offset = (self.page - 1) * PAGE_SIZE
        return find(self.words, category=self.category, limit=PAGE_SIZE, offset=offset) if self.words else None

    def count(self, results: Results | None) -> partial[None] | None:
        """What counts one search for these words, now or when another reader gets the same answer."""
        if results is None or self.page > 1 or self.category:
            return None
        return partial(
            SEARCH_TALLY.here().count_search,
            self.words,
            language=current_language(),
            has_results=bool(results.total and not results.is_guess) or signpost_for(self.words) is not None,
            on=today(),
        )

    def in_all_languages(self) -> dict[str, str]:
        """The same search in every language; a category goes by its name there."""
        shown = edition().category(self.category) if self.category else None
        named = library().category_addresses(shown.source, today()) if shown else {}
        paths = {language: url.split("/", 3)[3].strip("/") for language, url in named.items()}
        return {each: search_url(self.words, paths.get(each), language=each) for each in offered()}


def result_page(asked: Asked, results: Results) -> str | None:
    """The page of results that differs from others only in what it shows; None for every other one.

    None also where it must be printed anew and no request is there.
    """
    if not results.hits or results.is_guess or KEEPER.here().searcher is None or len(asked.typed) > QUERY_LIMIT:
        return None
    if question_number(asked.words) or signpost_for(asked.words):
        return None
    return printed_page("faq/search.html", page_shape(asked, results), page_gaps(asked, results), _page_names)


def page_shape(asked: Asked, results: Results | None) -> dict[str, Hashable]:
    """What the page with results decides by."""
    total = results.total if results else 0
    return {
        "has_results": bool(results and results.hits),
        "is_guess": bool(results and results.is_guess),
        "has_meant": bool(results and results.did_you_mean),
        "elsewhere": results.elsewhere[0] if results and results.elsewhere else "",
        "elsewhere_plural": 1 if results and results.elsewhere and results.elsewhere[1] == 1 else 2,
        "has_newer": asked.page > 1,
        "has_older": total > asked.page * PAGE_SIZE and asked.page < LAST_PAGE,
        # Which form of the sentence, not how many.
        "plural": 1 if total == 1 else 2,
    }


def page_gaps(asked: Asked, results: Results | None) -> dict[str, object]:
    """What the page with results shows."""
    words, category, page = asked.words, asked.category, asked.page
    meant = (results and results.did_you_mean) or ""
    elsewhere = (results and results.elsewhere) or ("", 0)
    languages = {f"in_{language}": url for language, url in asked.in_all_languages().items()}
    return {
        **languages,
        "query": asked.typed,
        "results": _result_list(results.hits if results else ()),
        "total": local_number(results.total if results else 0),
        "meant_text": meant,
        "meant_url": search_url(meant) if meant else "",
        "elsewhere_total": local_number(elsewhere[1]),
        "elsewhere_url": search_url(words, language=elsewhere[0]) if elsewhere[0] else "",
        "filters": _filters(words, results, category),
        "newer_url": search_url(words, category, page - 1),
        "older_url": search_url(words, category, page + 1),
        "contact_words_url": _asking_url(words),
        "clicks_url": address("faq.count_click", current_language()),
    }


def _page_names() -> dict[str, object]:
    """The switch of languages, which leads to the same search."""
    here = current_language()
    links = [LanguageLink(code, LANGUAGES[code], gap(f"in_{code}"), code == here) for code in offered()]
    return {"languages": links}


def other_names(asked: Asked, results: Results | None) -> dict[str, object]:
    """What only pages show that are printed for one search: remarks, nothing found, nothing asked."""
    is_missing = bool(results and (not results.total or results.is_guess))
    return {
        "remarks": _remarks(asked.typed),
        "nearest_words": [WordView(word, search_url(word)) for word in nearest(asked.words)] if is_missing else [],
        "categories": edition().categories,
        "question_number": question_number(asked.words),
        "page_meant": signpost_for(asked.words) if asked.page == 1 and not asked.category else None,
        "is_fallback": KEEPER.here().searcher is None,
    }


def suggestion_list(words: str) -> str:
    """Up to six articles for half-typed words, and the page they mean before them, as a fragment of a page.

    Empty below two letters and where nothing is found.
    """
    if len(words) < SHORTEST_SUGGESTION:
        return ""
    rows: list[Row] = []
    if signpost := signpost_for(words):
        gaps = {"number": "1", "url": signpost.url, "title": signpost.title, "place": _("Page")}
        rows.append(({"has_place": True, "written_in": ""}, gaps))
    shown = edition()
    for hit in suggestions_for(words):
        if entry := found_entry(hit, shown):
            place = _place(hit, shown)
            gaps = {"number": str(len(rows) + 1), "url": entry.url, "title": hit.title, "place": place}
            rows.append((_entry_shape(entry, place), gaps))
    if not rows:
        return ""
    items = _with_marks(printed_rows("faq/_suggestion.html", rows))
    gaps = {"query": words, "all_url": search_url(words), "items": items}
    return str(printed("faq/_suggestions.html", {"count": len(rows)}, gaps))


def _result_list(hits: Iterable[Hit]) -> Markup:
    shown = edition()
    rows = []
    for hit in hits:
        entry = found_entry(hit, shown)
        if entry is None:
            # The index may be some seconds older than the articles.
            continue
        place, number = _place(hit, shown), str(entry.article.number)
        gaps = {"place": place, "url": entry.url, "number": number, "title": hit.title, "snippet": hit.snippet}
        rows.append((_entry_shape(entry, place) | {"has_snippet": bool(hit.snippet)}, gaps))
    return _with_marks(printed_rows("faq/_result.html", rows))


def _entry_shape(entry: Entry, place: str) -> dict[str, Hashable]:
    """What the line of an article decides by; words that are not translated are marked as of their language."""
    return {"has_place": bool(place), "written_in": entry.article.language if entry.is_fallback else ""}


def _place(hit: Hit, shown: Edition) -> str:
    """The name of the category, of the first level, that the article stands in."""
    category = shown.category(hit.category)
    return category.name if category else ""


def _filters(words: str, results: Results | None, current: str | None) -> Printed | Markup:
    """Categories to narrow the search down to, and all of them; empty where there is nothing to choose."""
    counts = results.categories if results else {}
    shown = [each for each in edition().categories if each.path in counts or each.path == current]
    if len(shown) < 2 and not current:
        return Markup("")
    everything = search_url(words)
    rows = [_filter("", everything, sum(counts.values()), is_current=current is None)]
    rows += [
        _filter(
            each.name, everything + _narrowed_to(each.path), counts.get(each.path, 0), is_current=each.path == current
        )
        for each in shown
    ]
    return printed("faq/_filters.html", {}, {"links": printed_rows("faq/_filter.html", rows)})


def _filter(name: str, url: str, count: int, *, is_current: bool) -> tuple[dict[str, Hashable], dict[str, object]]:
    shape: dict[str, Hashable] = {"is_current": is_current, "is_all": not name}
    return shape, {"name": name, "url": url, "count": local_number(count)}


def _remarks(typed: str) -> list[str]:
    if len(typed) <= QUERY_LIMIT:
        return []
    return [
        _(
            "Your search was longer than %(limit)s characters. We searched for the first %(limit)s of them.",
            limit=QUERY_LIMIT,
        )
    ]


def marked(text: Marked) -> Markup:
    """Escaped text with what was meant in `<mark>`."""
    return _with_marks(Markup(escaped(text)))  # noqa: S704  (escaped)


def _with_marks(printed_text: Printed | Markup) -> Markup:
    """The same with what was meant in `<mark>`."""
    plain = str(printed_text)
    return Markup(plain.replace(MARK_BEGIN, "<mark>").replace(MARK_END, "</mark>"))  # noqa: S704  (was escaped)


def search_url(words: str, category: str | None = None, page: int = 1, *, language: str | None = None) -> str:
    """The address of a search."""
    return (
        _search_for(words, language or current_language())
        + (_narrowed_to(category) if category else "")
        + (f"&page={page}" if page > 1 else "")
    )


# Categories are few, and each page of results names them all.
@lru_cache(maxsize=256)
def _narrowed_to(category: str) -> str:
    return f"&category={quote_plus(category)}"


# One page of results names its own search a dozen times.
@lru_cache(maxsize=64)
def _search_for(words: str, language: str) -> str:
    return f"{address('faq.search', language)}?q={_quoted(words)}"


# It stands in an address of each language and in that of the form to ask.
@lru_cache(maxsize=16)
def _quoted(words: str) -> str:
    return quote_plus(words)


def question_number(words: str) -> tuple[str, str] | None:
    """What was typed if it is the number of a question, and where that opens ("" when a digit of it is wrong).

    Whether there is such a question is not looked up: the page behind the link tells only those who may know.
    """
    try:
        number = read_number(words)
    except Mistyped:
        return words, ""
    return (str(number), url_for("questions.show", number=str(number))) if number else None


def _asking_url(words: str) -> str:
    place = address("questions.new", current_language())
    return f"{place}?words={_quoted(words)}" if words else place


@lru_cache(maxsize=16)
def address(endpoint: str, language: str) -> str:
    """The address of a view that needs nothing but a language."""
    return url_for(endpoint, language=language)
