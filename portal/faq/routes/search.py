"""The result page, the suggestions while typing, and the count of opened results."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from urllib.parse import quote_plus, urlencode

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.faq.queries import edition, keeper, library, today
from portal.faq.routes.blueprint import bp
from portal.faq.search import find, found_entry, nearest, suggestions_for, tally
from portal.foundation.finished_pages import finished_answer
from portal.foundation.i18n import current_language, offered
from portal.foundation.limits import limiter
from portal.foundation.pages import describe_page, render_fragment
from portal.foundation.security import clean_text
from portal.numbers.format import Mistyped, read_number
from portal.search import Hit, Marked, Results

QUERY_LIMIT = 200
PAGE_SIZE = 10
LAST_PAGE = 50
_SHORTEST_SUGGESTION = 2
# No text has these: reading removes control characters.
_BEGIN, _END = "\x02", "\x03"


@dataclass(slots=True)
class ResultView:
    """One found article as a page prints it; title and snippet are pieces of text with a mark."""

    title: Marked
    snippet: Marked
    url: str
    number: int
    category_name: str


@dataclass(slots=True)
class WordView:
    """A word that leads to another search."""

    text: str
    url: str


@dataclass(slots=True)
class FilterView:
    """A category to narrow the search down to; without a name, all of them."""

    name: str
    url: str
    count: int
    is_current: bool


@bp.get("/search")
def search() -> Response:
    """The results for `q`, filtered by `category`, in pages; an address that can be passed on."""
    typed = clean_text(request.args.get("q", "")).strip()
    words, category, page = typed[:QUERY_LIMIT], request.args.get("category") or None, _page()
    results = find(words, category=category, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE) if words else None
    describe_page(alternates={}, addresses=_in_all_languages(words, category))
    response = make_response(render_template("faq/search.html", **_context(typed, words, results, category, page)))
    is_first_page = results is not None and page == 1 and not category
    return finished_answer(response, each_time=_counting(words, results) if is_first_page else None)


@bp.get("/search/suggestions")
@limiter.limit("60/minute")
def suggestions() -> Response:
    """A fragment with up to six articles for half-typed words; empty below two letters."""
    words = clean_text(request.args.get("q", "")).strip()[:QUERY_LIMIT]
    hits = suggestions_for(words) if len(words) >= _SHORTEST_SUGGESTION else []
    context = {"suggestions": list(_views(hits)), "query": words, "all_url": _search_url(words)}
    response = make_response(render_fragment("faq/_suggestions.html", **context))
    response.headers["Cache-Control"] = "public, max-age=30"
    return response


@bp.post("/search/clicks")
@limiter.limit("60/minute")
def count_click() -> tuple[str, int]:
    """A result was opened: words and article, nobody's name."""
    words, number = clean_text(request.form.get("q", ""))[:QUERY_LIMIT], request.form.get("number", "")
    entry = edition().by_number(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    if entry is not None and words.strip():
        tally().count_click(words, language=current_language(), article_number=entry.number, on=today())
    return "", 204


def _counting(words: str, results: Results | None) -> Callable[[], None]:
    """Counts one search for these words, now or when another reader gets the same answer."""
    has_results = bool(results and results.total and not results.is_guess)
    return partial(tally().count_search, words, language=current_language(), has_results=has_results, on=today())


def _context(typed: str, words: str, results: Results | None, category: str | None, page: int) -> dict[str, object]:
    hits = results.hits if results else []
    total = results.total if results else 0
    is_missing = bool(results and (not total or results.is_guess))
    return {
        "query": typed,
        "results": list(_views(hits)),
        "total": total,
        "page": page,
        "is_guess": bool(results and results.is_guess),
        "did_you_mean": _suggestion(results),
        "filters": _filters(words, results, category),
        "newer_url": _search_url(words, category, page - 1) if page > 1 else None,
        "older_url": _search_url(words, category, page + 1) if total > page * PAGE_SIZE and page < LAST_PAGE else None,
        "remarks": _remarks(typed),
        "nearest_words": [WordView(word, _search_url(word)) for word in nearest(words)] if is_missing else [],
        "categories": edition().categories,
        "contact_words_url": _asking_url(words),
        "question_number": _question_number(words),
        "clicks_url": _address("faq.count_click", current_language()),
        "is_fallback": keeper().searcher is None,
    }


def _views(hits: Iterable[Hit]) -> Iterable[ResultView]:
    shown = edition()
    for hit in hits:
        # The index may be some seconds older than the articles.
        if entry := found_entry(hit, shown):
            category = shown.category(entry.url.split("/", 4)[3])
            yield ResultView(hit.title, hit.snippet, entry.url, entry.number, category.name if category else "")


def _suggestion(results: Results | None) -> WordView | None:
    if results is None or not results.did_you_mean:
        return None
    return WordView(results.did_you_mean, _search_url(results.did_you_mean))


def _filters(words: str, results: Results | None, current: str | None) -> list[FilterView]:
    counts = results.categories if results else {}
    filters = [
        FilterView(each.name, _search_url(words, each.path), counts.get(each.path, 0), each.path == current)
        for each in edition().categories
        if each.path in counts or each.path == current
    ]
    everything = FilterView("", _search_url(words), sum(counts.values()), current is None)
    return [everything, *filters] if len(filters) > 1 or current else []


def _remarks(typed: str) -> list[str]:
    if len(typed) <= QUERY_LIMIT:
        return []
    return [
        _(
            "Your search was longer than %(limit)s characters. We searched for the first %(limit)s of them.",
            limit=QUERY_LIMIT,
        )
    ]


def _page() -> int:
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1


def _in_all_languages(words: str, category: str | None) -> dict[str, str]:
    """The same search in every language; a category goes by its name there."""
    shown = edition().category(category) if category else None
    named = library().category_addresses(shown.source, today()) if shown else {}
    paths = {language: url.split("/", 3)[3].strip("/") for language, url in named.items()}
    return {each: _search_url(words, paths.get(each), language=each) for each in offered()}


@bp.app_template_filter("marked")
def marked(pieces: Marked) -> Markup:
    """Escaped text with what was meant in `<mark>`. Escaped in one go, because a page has dozens of pieces."""
    joined = "".join(f"{_BEGIN}{text}{_END}" if is_marked else text for text, is_marked in pieces)
    return Markup(str.replace(str.replace(escape(joined), _BEGIN, "<mark>"), _END, "</mark>"))  # noqa: S704


def _search_url(words: str, category: str | None = None, page: int = 1, *, language: str | None = None) -> str:
    return (
        _search_for(words, language or current_language())
        + (f"&category={quote_plus(category)}" if category else "")
        + (f"&page={page}" if page > 1 else "")
    )


# One page of results names its own search a dozen times.
@lru_cache(maxsize=64)
def _search_for(words: str, language: str) -> str:
    return f"{_address('faq.search', language)}?q={quote_plus(words)}"


def _question_number(words: str) -> tuple[str, str] | None:
    """What was typed if it is the number of a question, and where that opens ("" when a digit of it is wrong).

    Whether there is such a question is not looked up: the page behind the link tells only those who may know.
    """
    try:
        number = read_number(words)
    except Mistyped:
        return words, ""
    return (str(number), url_for("questions.show", number=str(number))) if number else None


def _asking_url(words: str) -> str:
    address = _address("questions.new", current_language())
    return f"{address}?{urlencode({'words': words})}" if words else address


@lru_cache(maxsize=16)
def _address(endpoint: str, language: str) -> str:
    return url_for(endpoint, language=language)
