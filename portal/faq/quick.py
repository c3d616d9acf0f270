"""Suggestions and ordinary pages of results, answered without Flask (`foundation/rendering/quick_answers.py`)."""

from typing import TYPE_CHECKING

from portal.faq.results import QUERY_LIMIT, Asked, result_page, suggestion_list
from portal.foundation.rendering.finished_pages import ANSWER_CACHE_RULE, keep_answer
from portal.foundation.rendering.quick_answers import Quick
from portal.foundation.security import clean_text

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SUGGESTION_LIMIT = "60/minute"
SUGGESTION_RULE = "public, max-age=30"


def suggested(typed: str) -> str:
    """The suggestions for what was typed so far."""
    return suggestion_list(clean_text(typed).strip()[:QUERY_LIMIT])


def _suggested(typed: str, environ: "WSGIEnvironment") -> str:
    """The same, kept: everybody types the same beginnings."""
    page = suggested(typed)
    keep_answer(environ)
    return page


def _found(typed: str, environ: "WSGIEnvironment") -> str | None:
    asked = Asked(clean_text(typed).strip())
    results = asked.find()
    page = result_page(asked, results) if results else None
    if page is not None:
        keep_answer(environ, each_time=asked.count(results))
    return page


QUICK = (
    Quick("/search", "faq.search", _found, ANSWER_CACHE_RULE),
    Quick("/search/suggestions", "faq.suggestions", _suggested, SUGGESTION_RULE, SUGGESTION_LIMIT),
)
