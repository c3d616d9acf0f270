"""My questions: all that this person may see, by search and state, in pieces; and a new link by mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.accounts.tries import TooMany
from portal.customers.access import current_customer
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.forms import require_complete
from portal.foundation.i18n import local_date
from portal.foundation.limits import caller
from portal.foundation.rendering.paging import Page, Place, asked_place, page_at, ways
from portal.foundation.security import clean_text
from portal.keys.queries import valid_key
from portal.keys.rules import Purpose
from portal.numbers.format import Number
from portal.questions.access import holds_all_of_a_guest, reader_of_list
from portal.questions.actions.finding import mail_link, mail_list_link
from portal.questions.forms.thread import FindForm
from portal.questions.guests import keep_key
from portal.questions.models import Question, state_seen
from portal.questions.past import questions_then
from portal.questions.queries import ListFilter, questions_where
from portal.questions.routes.blueprint import bp
from portal.questions.rules import LIST_SIZE, CustomerState
from portal.questions.thread import moment, state_word
from portal.questions.thread.headline import date_named

_LONGEST_SEARCH = 100
_TIME = Markup('<time datetime="{}">{}</time>')


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    number: str
    subject: str
    url: str
    mark: str
    state_word: str
    due_at: datetime | None
    is_late: bool
    shown_at: Markup


@bp.get("/")
def index() -> Response:
    """The list; somebody who shows nothing is led to where a link can be asked for."""
    if "key" in request.args:
        return _take_key(request.args["key"])
    reader = reader_of_list()
    if reader is None:
        return redirect(url_for(".find"), 303)  # type: ignore[return-value]
    wanted, past = _filter(), clock.past()

    def find(place: Place) -> Sequence[Question]:
        there, limit = replace(wanted, place=place), LIST_SIZE + 1
        return questions_then(reader, there, past, limit=limit) if past else questions_where(reader, there, limit=limit)

    page = page_at(wanted.place, LIST_SIZE, find)
    return make_response(render_template("questions/index.html", **_context(page, wanted)))


@bp.get("/find")
def find() -> Response:
    """Ask for a new link by mail."""
    form = FindForm(formdata=None)
    form.number.data = clean_text(request.args.get("number", ""))[:40]
    return _find_page(form)


@bp.post("/find", endpoint="send_link")
def ask_for_link() -> Response:
    """Mail a link; the answer is the same whether there is such a question or not."""
    require_complete()
    form = FindForm()
    if not form.validate():
        return _find_page(form, status=422)
    number = form.wanted
    try:
        _mail(number, normalised(form.email.data), clock.now())
    except TooMany as error:
        response = _find_page(form, problem=str(error), status=429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return make_response(render_template("questions/sent.html", email=form.email.data, is_one=number is not None))


def _mail(number: Number | None, address: str, now: datetime) -> None:
    if number is None:
        mail_list_link(address, network=caller(), now=now)
    else:
        mail_link(number, address, network=caller(), now=now)


def _find_page(form: FindForm, *, problem: str = "", status: int = 200) -> Response:
    context = {"form": form, "problem": problem, "here": url_for(".index")}
    response = make_response(render_template("questions/find.html", **context))
    response.status_code = status
    return response


def _take_key(plain: str) -> Response:
    if valid_key(plain, Purpose.CUSTOMER_MAILED, now=clock.now()) is None:
        # Mails may come late: whoever holds an old link is led to a new one; a key that never was any reads the same.
        problem = _("This link has expired, or it is not complete. Here you can have a new one sent to you.")
        return _find_page(FindForm(formdata=None), problem=problem, status=404)
    response = make_response(redirect(url_for(".index"), 303))
    response.headers["Referrer-Policy"] = "no-referrer"
    return keep_key(response, plain)


def _filter() -> ListFilter:
    state = request.args.get("state", "")
    return ListFilter(
        words=clean_text(request.args.get("q", "")).strip()[:_LONGEST_SEARCH],
        state=CustomerState(state) if state in list(CustomerState) else None,
        place=asked_place(),
    )


def _context(page: Page[Question], wanted: ListFilter) -> dict[str, Any]:
    words, address = {each: state_word(each) for each in CustomerState}, url_for(".index")
    states = [(None, _("All")), *words.items()]
    return {
        "entries": [_entry(row, clock.now(), words, address) for row in page.rows],
        "list_url": address,
        "wanted": wanted,
        "filters": [
            {"name": name[:1].upper() + name[1:], "url": _url(wanted.words, each), "is_current": each == wanted.state}
            for each, name in states
        ],
        "ways": ways(page, partial(_url, wanted.words, wanted.state)),
        "shows_part": current_customer() is None and not holds_all_of_a_guest(),
        "is_filtered": bool(wanted.words or wanted.state),
    }


def _entry(row: Question, now: datetime, words: Mapping[CustomerState, str], address: str) -> Entry:
    state = state_seen(row)
    due_at = date_named(row, now)
    named, shown = (due_at, moment(due_at)) if due_at else (row.last_message_at, local_date(row.last_message_at))
    return Entry(
        number=row.number,
        subject=row.subject,
        url=address + row.number,
        mark=state.value.replace("_", "-"),
        state_word=words[state],
        due_at=due_at,
        # A date that was missed has given way to a new one.
        is_late=due_at != row.answer_due_at,
        shown_at=_TIME.format(named.isoformat(timespec="seconds"), shown),
    )


def _url(words: str, state: CustomerState | None, **place: str) -> str:
    given = {"q": words, "state": state.value if state else "", **place}
    asked = urlencode({name: value for name, value in given.items() if value})
    return url_for(".index") + (f"?{asked}" if asked else "")
