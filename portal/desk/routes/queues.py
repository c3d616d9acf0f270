"""The queues, and how they are narrowed down."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.rules import Action, role_may
from portal.desk.forms.queues import NOBODY, BulkForm, ViewForm
from portal.desk.lines import Names, print_lines
from portal.desk.queries.queues import cases_from, page_of, place_of, views_of
from portal.desk.queries.views import colleagues
from portal.desk.routes.blueprint import asked_cleanly, bp, desk_page, staff
from portal.desk.routes.neighbours import keep_list
from portal.desk.rules import QUEUES, STATES, WORDS_LIMIT, Filter, Queue, address_of, read_filter
from portal.desk.words import (
    filter_label,
    filter_state_word,
    language_word,
    queue_empty,
    queue_hint,
    queue_word,
    tag_meant,
    tag_word,
    view_said,
)
from portal.foundation import clock
from portal.foundation.i18n import offered
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.paging import Place, Ways, asked_place, read_cursor, ways
from portal.foundation.security import clean_text
from portal.foundation.sql.time_limit import TookTooLong
from portal.foundation.web.here import request_here

# What the page of a queue says of it.
_WORDS: dict[str, Any] = {
    "queue_word": queue_word,
    "queue_hint": queue_hint,
    "queue_empty": queue_empty,
    "words_limit": WORDS_LIMIT,
}


@bp.get("/")
def begin() -> AnyResponse:
    """The desk begins with what is one's own; for editors, who see no cases, with the articles."""
    if not role_may(staff().role, Action.ANSWER):
        return redirect(url_for("editing.index"), 303)
    return redirect(url_for(".queue", queue=Queue.MINE.value), 303)


@bp.get("/queues/<queue>")
@asked_cleanly
def queue(queue: str) -> Response:
    """One page of a queue."""
    return queue_page(known(queue), wanted_filter())


@bp.get("/queues/<queue>/filter")
def narrow(queue: str) -> Response:
    """Every way to narrow a queue down, and the name to keep it under."""
    return filter_page(known(queue), wanted_filter())


@bp.get("/queues/<queue>/next")
def next_case(queue: str) -> AnyResponse:
    """The case behind the place `at` of a queue; the queue itself when there is none."""
    return _beside(known(queue), Place(read_cursor(request.args.get("at", ""))))


@bp.get("/queues/<queue>/previous")
def previous_case(queue: str) -> AnyResponse:
    """The case before that place; nothing stands before one that has left the queue."""
    at = read_cursor(request.args.get("at", ""))
    if at is None:
        return redirect(address_of(known(queue), wanted_filter()), 303)
    return _beside(known(queue), Place(at, is_back=True))


def queue_page(queue: Queue, wanted: Filter, *, form: BulkForm | None = None, status: int = 200) -> Response:
    """The page of a queue; `form` comes back with what was wrong with a change to several cases."""
    now, address = clock.now(), partial(address_of, queue, wanted)
    try:
        page, said = page_of(queue, staff().id, wanted, now, asked_place()), _said()
    except TookTooLong as error:
        page, said, status = None, str(error), error.status
    rows, others = (page.rows, ways(page, address, partial(place_of, queue))) if page else ((), Ways("", "", ""))
    shape = {
        "queue": queue,
        "has_lines": bool(rows),
        "is_stopped": page is None,
        "is_narrowed": not wanted.is_empty,
        "has_text": bool(wanted.text),
        "has_first": bool(others.first),
        "has_previous": bool(others.previous),
        "has_next": bool(others.next),
        "has_said": bool(said),
    }
    gaps = {
        "lines": print_lines(rows, now, choosing=True, chosen=form.case.data or () if form else ()),
        "chips": _chips(queue, wanted),
        "here": address(**page.place.asked) if page else address(),
        "filter_url": f"/desk/queues/{queue.value}/filter" + ("" if wanted.is_empty else f"?{wanted.address}"),
        "first_url": others.first,
        "previous_url": others.previous,
        "next_url": others.next,
        "errors": _errors(form) if form else "",
        "said": said,
    }
    return keep_list(Response(desk_page("desk/queue.html", shape, gaps, **_WORDS), status), queue, wanted)


def filter_page(queue: Queue, wanted: Filter, *, form: ViewForm | None = None, status: int = 200) -> Response:
    """The page that narrows a queue down; `form` comes back with what is wrong with the name of a view."""
    here = (queue.value, wanted.address)
    values = {
        "queue": queue,
        "title": queue_word(queue),
        "wanted": wanted,
        "tag_word": tag_word,
        "choices": choices(Names(), colleagues()),
        "form": form or ViewForm(formdata=None),
        "back": address_of(queue, wanted),
        "saved": [
            each for each in views_of(staff().id) if each.user_id == staff().id and (each.queue, each.address) == here
        ],
    }
    return make_response(render_template("desk/filter.html", **values), status)


def known(queue: str) -> Queue:
    """The queue of that name, or 404."""
    return QUEUES.get(queue) or abort(404)


def wanted_filter() -> Filter:
    """What this address narrows the queue down to."""
    wanted = read_filter({name: clean_text(value) for name, value in request_here().args.items()})
    return replace(wanted, tag=tag_meant(wanted.tag)) if wanted.tag else wanted


def choices(names: Names, people: Sequence[Any]) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, as value and word."""
    return {
        "topic": list(names.topics.items()),
        "level": list(names.levels.items()),
        "assignee": [(NOBODY, _("nobody")), *((str(each.id), each.name) for each in people)],
        "language": [(code, language_word(code)) for code in offered()],
        "state": [(state, filter_state_word(state)) for state in STATES],
    }


def _beside(queue: Queue, place: Place) -> AnyResponse:
    wanted = wanted_filter()
    try:
        rows = cases_from(queue, staff().id, wanted, clock.now(), place)
    except TookTooLong:
        rows = ()
    return redirect(f"/desk/questions/{rows[0].number}" if rows else address_of(queue, wanted), 303)


def _chips(queue: Queue, wanted: Filter) -> Markup:
    """What the queue is narrowed by, each with the address without it."""
    if wanted.is_empty:
        return Markup("")
    names = Names()
    chips = [
        {
            "label": filter_label(name),
            "value": _value(name, value, names),
            "url": address_of(queue, wanted.without(name)),
        }
        for name, value in wanted.given.items()
    ]
    return render_fragment("desk/_chips.html", chips=chips)


def _value(name: str, value: str, names: Names) -> str:
    """What was asked for, in the words of the page that offers it."""
    if name == "assignee":
        return _("nobody") if value == NOBODY else {str(each.id): each.name for each in colleagues()}.get(value, value)
    if name == "tag":
        return tag_word(value)
    if name == "state":
        return filter_state_word(value)
    if name == "language":
        return language_word(value) if value in offered() else value
    return {"topic": names.topics, "level": names.levels}.get(name, {}).get(value, value)


def _errors(form: BulkForm) -> Markup:
    """What keeps the chosen cases from being changed: the focus begins there."""
    macros: Any = current_app.jinja_env.get_template("components/summary.html").module
    return Markup(macros.summary(form.case.errors[0])) if form.case.errors else Markup()  # noqa: S704


def with_said(address: str, **done: str | int) -> str:
    """The address of a queue, with what was just done behind it."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(done)}"


def _said() -> str:
    """What was just done, in a sentence."""
    asked = request_here().args
    if "changed" not in asked:
        return view_said(asked.get("said", ""))
    changed, same, refused = (_small(asked.get(name, "")) for name in ("changed", "same", "refused"))
    if changed is None:
        return ""
    said = [ngettext("%(num)s case was changed.", "%(num)s cases were changed.", changed)]
    if same:
        said.append(ngettext("%(num)s was so already.", "%(num)s were so already.", same))
    if refused:
        left = ngettext(
            "%(num)s could not be changed; open it to see why.",
            "%(num)s could not be changed; open them to see why.",
            refused,
        )
        said.append(left)
    return " ".join(said)


def _small(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 4 else None
