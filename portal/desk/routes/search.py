"""One search over cases, people and articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.lines import print_lines
from portal.desk.queries.queues import page_of
from portal.desk.queries.search import number_of, numbers_like
from portal.desk.queries.words import customers_at, customers_with, words_of
from portal.desk.routes.blueprint import asked_cleanly, bp, desk_page, staff
from portal.desk.rules import SEARCH_SECONDS, WORDS_LIMIT, Filter, Queue, address_of
from portal.faq.rules import mark_of
from portal.faq.search import entries_by_title, internal_articles
from portal.foundation import clock
from portal.foundation.rendering.paging import ways
from portal.foundation.rendering.printed import Printed, printed_rows
from portal.foundation.security import clean_text
from portal.foundation.sql.time_limit import TookTooLong, read_within
from portal.numbers.format import Mistyped
from portal.orders.queries import Named, named_in_books

_LONGEST = 100
_PEOPLE = 8
_PERSON, _BOOKED, _ARTICLE = {"kind": "person"}, {"kind": "booked"}, {"kind": "article"}
_INTERNAL = {"kind": "internal"}


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
        "has_books": bool(found.books),
        "has_lines": bool(found.lines),
        "has_more": bool(found.more_url),
        "has_articles": bool(found.articles),
    }
    gaps = {"words": typed, "problem": problem, **vars(found)}
    return Response(desk_page("desk/search.html", shape, gaps, searched=typed, limit=WORDS_LIMIT), status)


@dataclass(frozen=True)
class _Found:
    """What a search shows, printed."""

    lines: Printed | str = ""
    more_url: str = ""
    people: Printed | str = ""
    books: Printed | str = ""
    articles: Printed | str = ""


def _found(typed: str) -> _Found:
    now = clock.now()
    wanted = Filter(text=typed)
    with read_within(SEARCH_SECONDS):
        page = page_of(Queue.ALL, staff().id, wanted, now)
        rows = [*numbers_like(typed), *page.rows]
        people = [{"id": each.id, "name": each.name, "email": each.email} for each in _people(typed)]
        books = [_booked(each) for each in named_in_books(typed, _PEOPLE)]
    articles = [(_ARTICLE, {"url": each.url, "title": each.title}) for each in entries_by_title(typed, is_literal=True)]
    for each in internal_articles(typed):
        articles.append((_INTERNAL, {"url": url_for("editing.read", mark=mark_of(each.file)), "title": each.title}))
    return _Found(
        lines=print_lines(rows, now),
        more_url=ways(page, partial(address_of, Queue.ALL, wanted)).next,
        people=printed_rows("desk/_found.html", [(_PERSON, each) for each in people]),
        books=printed_rows("desk/_found.html", [(_BOOKED, each) for each in books]),
        articles=printed_rows("desk/_found.html", articles),
    )


def _booked(named: Named) -> dict[str, object]:
    """What the books have under the number, and whose it is."""
    what = named.what or {"invoice": _("Invoice"), "customer": _("Customer number")}.get(named.kind, "")
    return {"url": _url(named), "number": named.number, "what": what, "id": named.customer_id, "name": named.name}


def _url(named: Named) -> str:
    """Where what has that number is shown: a contract on its page, the rest in the record of its customer."""
    if named.kind == "contract":
        return url_for("desk.contract", key=named.key)
    of_customer = f"/desk/customers/{named.customer_id}"
    return of_customer if named.kind == "customer" else f"{of_customer}#{named.kind}-{named.key}"


def _people(typed: str) -> Sequence[Any]:
    """Whoever has this mail address; else those whose name, or the part before the @, holds the words."""
    begins, at, _rest = typed.partition("@")
    return (customers_at(typed) if at else []) or customers_with(words_of(begins), _PEOPLE)
