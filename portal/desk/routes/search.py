"""One search over cases, people and articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.contracts.queries import contracts_named
from portal.desk.lines import print_lines
from portal.desk.queries.queues import page_of
from portal.desk.queries.search import number_of, numbers_like
from portal.desk.queries.words import customers_at, customers_with, words_of
from portal.desk.routes.blueprint import asked_cleanly, bp, desk_page, staff
from portal.desk.rules import WORDS_LIMIT, Filter, Queue, address_of
from portal.faq.search import entries_by_title
from portal.foundation import clock
from portal.foundation.printed import printed_rows
from portal.foundation.security import clean_text
from portal.foundation.time_limit import TookTooLong
from portal.numbers.format import Mistyped

_LONGEST = 100
_PEOPLE = 8
_PERSON, _CONTRACT, _ARTICLE = {"kind": "person"}, {"kind": "contract"}, {"kind": "article"}


@bp.get("/search")
@asked_cleanly
def search() -> AnyResponse:
    """The case of a number at once; else what contains the words, the newest first."""
    typed = clean_text(request.args.get("q", "")).strip()[:_LONGEST]
    try:
        number = number_of(typed)
    except Mistyped:
        return _page(typed, problem=_("One digit of this number is wrong: its last digit does not fit the others."))
    if number is not None:
        return redirect(f"/desk/questions/{number}", 303)
    try:
        return _page(typed, _found(typed) if words_of(typed) else _Found())
    except TookTooLong as error:
        return _page(typed, problem=str(error), status=error.status)


def _page(typed: str, found: "_Found | None" = None, *, problem: str = "", status: int = 200) -> Response:
    found = found or _Found()
    shape = {
        "has_words": bool(typed),
        "has_problem": bool(problem),
        "has_people": bool(found.people),
        "has_contracts": bool(found.contracts),
        "has_lines": bool(found.lines),
        "has_more": bool(found.more_url),
        "has_articles": bool(found.articles),
    }
    gaps = {"words": typed, "problem": problem, **vars(found)}
    return Response(desk_page("desk/search.html", shape, gaps, searched=typed, limit=WORDS_LIMIT), status)


@dataclass(frozen=True)
class _Found:
    """What a search shows, printed."""

    lines: str = ""
    more_url: str = ""
    people: str = ""
    contracts: str = ""
    articles: str = ""


def _found(typed: str) -> _Found:
    now = clock.now()
    wanted = Filter(text=typed)
    page = page_of(Queue.ALL, staff().id, wanted, None, now)
    rows = [*numbers_like(typed), *page.rows]
    people = [{"id": each.id, "name": each.name, "email": each.email} for each in _people(typed)]
    contracts = [
        {
            "url": url_for("desk.contract", key=each.number_key),
            "number": each.number,
            "product": each.product,
            "id": each.customer_id,
            "name": each.name,
        }
        for each in contracts_named(typed, _PEOPLE)
    ]
    articles = [{"url": each.url, "title": each.title} for each in entries_by_title(typed, is_literal=True)]
    return _Found(
        lines=print_lines(rows, now),
        more_url=address_of(Queue.ALL, wanted, page.after) if page.after else "",
        people=printed_rows("desk/_found.html", [(_PERSON, each) for each in people]),
        contracts=printed_rows("desk/_found.html", [(_CONTRACT, each) for each in contracts]),
        articles=printed_rows("desk/_found.html", [(_ARTICLE, each) for each in articles]),
    )


def _people(typed: str) -> Sequence[Any]:
    """Whoever has this mail address; else those whose name, or the part before the @, holds the words."""
    begins, at, _rest = typed.partition("@")
    return (customers_at(typed) if at else []) or customers_with(words_of(begins), _PEOPLE)
