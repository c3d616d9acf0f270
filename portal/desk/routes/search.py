"""One search over cases, people and articles."""

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.lines import print_lines
from portal.desk.queries.queues import page_of, tags_of
from portal.desk.queries.search import articles_about, number_of, numbers_like
from portal.desk.queries.words import customers_at, customers_with, words_of
from portal.desk.routes.blueprint import bp, staff
from portal.desk.rules import WORDS_LIMIT, Filter, Queue
from portal.foundation import clock
from portal.foundation.security import clean_text
from portal.numbers.format import Mistyped

_LONGEST = 100
_PEOPLE = 8


@bp.get("/search")
def search() -> AnyResponse:
    """The case of a number at once; else what contains the words, the newest first."""
    typed = clean_text(request.args.get("q", "")).strip()[:_LONGEST]
    try:
        number = number_of(typed)
    except Mistyped:
        return _page(typed, problem=_("One digit of this number is wrong: its last digit does not fit the others."))
    if number is not None:
        return redirect(f"/desk/questions/{number}", 303)
    return _page(typed)


def _page(typed: str, problem: str = "") -> Response:
    values: dict[str, Any] = {"searched": typed, "problem": problem, "limit": WORDS_LIMIT}
    if words_of(typed) and not problem:
        values |= _found(typed)
    return make_response(render_template("desk/search.html", **values))


def _found(typed: str) -> dict[str, Any]:
    now = clock.now()
    page = page_of(Queue.ALL, staff().id, Filter(text=typed), None, now)
    rows = [*numbers_like(typed), *page.rows]
    more = f"{url_for('.queue', queue=Queue.ALL.value)}?{Filter(text=typed).address}&after={page.after}"
    return {
        "lines": print_lines(rows, tags_of([row.id for row in rows]), now),
        "more_url": more if page.after else None,
        "people": _people(typed),
        "articles": articles_about(typed),
    }


def _people(typed: str) -> Sequence[Any]:
    """Whoever has this mail address; else those whose name, or the part before the @, holds the words."""
    begins, at, _rest = typed.partition("@")
    return (customers_at(typed) if at else []) or customers_with(words_of(begins), _PEOPLE)
