"""The result page, the suggestions while typing, and the count of opened results."""

from flask import Response, make_response, render_template, request

from portal.faq.actions import SEARCH_TALLY
from portal.faq.queries import edition, today
from portal.faq.quick import SUGGESTION_LIMIT, SUGGESTION_RULE, suggested
from portal.faq.results import LAST_PAGE, QUERY_LIMIT, Asked, marked, other_names, page_gaps, page_shape, result_page
from portal.faq.routes.blueprint import bp
from portal.foundation.i18n import current_language
from portal.foundation.limits import limiter
from portal.foundation.rendering.finished_pages import finished_answer, finished_page
from portal.foundation.rendering.pages import describe_page
from portal.foundation.security import clean_text, read_id

bp.add_app_template_filter(marked)


@bp.get("/search")
def search() -> Response:
    """The results for `q`, filtered by `category`, in pages; an address that can be passed on."""
    typed = clean_text(request.args.get("q", "")).strip()
    asked = Asked(typed, request.args.get("category") or None, _page())
    results = asked.find()
    describe_page(alternates={}, addresses=asked.in_all_languages())
    page: str | None = result_page(asked, results) if results else None
    if page is None:
        names = page_shape(asked, results) | page_gaps(asked, results) | other_names(asked, results)
        page = render_template("faq/search.html", **names)
    answer = make_response(page)
    # Without a question mark it is a page like any other.
    has_question = bool(request.query_string)
    return finished_answer(answer, each_time=asked.count(results)) if has_question else finished_page(answer)


@bp.get("/search/suggestions")
@limiter.limit(SUGGESTION_LIMIT)
def suggestions() -> Response:
    """A fragment with up to six articles for half-typed words; empty below two letters."""
    response = make_response(suggested(request.args.get("q", "")))
    response.headers["Cache-Control"] = SUGGESTION_RULE
    return response


@bp.post("/search/clicks")
@limiter.limit("60/minute")
def count_click() -> tuple[str, int]:
    """A result was opened: words and article, nobody's name."""
    words, number = clean_text(request.form.get("q", ""))[:QUERY_LIMIT], read_id(request.form.get("number", ""))
    entry = edition().by_number(number) if number else None
    if entry is not None and words.strip():
        SEARCH_TALLY.here().count_click(words, language=current_language(), article_number=entry.number, on=today())
    return "", 204


def _page() -> int:
    asked = request.args.get("page", "1")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
