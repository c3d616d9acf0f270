"""Mails that came in and wait for a person, and what they decide."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.accounts.forms import PressForm
from portal.attachments.originals import original_of
from portal.attachments.serving import send_original
from portal.desk.routes.blueprint import CASES, bp, staff
from portal.desk.words import desk_moment, mail_reason
from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.errors import PortalError
from portal.foundation.forms import require_complete
from portal.foundation.rendering.paging import FIRST, Cursor, Place, asked_place, ways
from portal.inbox.actions.deciding import can_ask, can_join, discard, let_ask, let_join
from portal.inbox.addresses import incoming as incoming_address
from portal.inbox.models import ORIGINAL, IncomingMail
from portal.inbox.queries import mail_of, mails_in, numbers_of
from portal.inbox.rules.judging import State
from portal.journal.rules import Actor
from portal.numbers.format import Mistyped, read_number
from portal.questions.models import Question
from portal.questions.thread.text import customer_text

_LISTS = (State.WAITING, State.ASIDE, State.DISCARDED)
_LONGEST_NUMBER = 40
_LAST = 2**31 - 1


class _NoSuchCase(PortalError):
    """What was typed is the number of no case."""

    status = 422


@bp.get("/incoming")
def incoming() -> Response:
    """The mails of one list, page by page: those that wait, those of machines, those that were discarded."""
    asked = request.args.get("list", "")
    return _page(next((each for each in _LISTS if each == asked), State.WAITING), asked_place())


@bp.get("/incoming/<int:mail_id>")
def show_mail(mail_id: int) -> AnyResponse:
    """To where a mail stands now: its place in its list, on whichever page that is, or the case that it became."""
    row = mail_of(mail_id) if mail_id <= _LAST else None
    if row is None:
        return _page(State.WAITING, status=404, problem=(mail_id, _("This email is not kept any more.")))
    number = numbers_of([row.question_id]).get(row.question_id) if row.question_id else None
    if row.state in (State.QUESTION, State.MESSAGE) and number:
        return redirect(CASES + number, 303)
    shown_list = State(row.state) if row.state in _LISTS else State.WAITING
    asked = _just_before(mail_id, shown_list).asked
    return redirect(url_for(".incoming", list=shown_list.value, _anchor=f"mail-{mail_id}", **asked), 303)


@bp.get("/incoming/<int:mail_id>/original")
def show_original(mail_id: int) -> Response:
    """The mail as it came, to be saved."""
    row = original_of((ORIGINAL, mail_id))
    return send_original(row) if row is not None else abort(404)


@bp.post("/incoming/<int:mail_id>/question")
def let_mail_ask(mail_id: int) -> AnyResponse:
    """The mail becomes a question of its own."""

    def act(row: IncomingMail, by: Actor, now: datetime) -> str:
        return f"{CASES}{let_ask(row, incoming_address() or abort(404), by=by, now=now)}?said=asked"

    return _decided(mail_id, act)


@bp.post("/incoming/<int:mail_id>/message")
def let_mail_join(mail_id: int) -> AnyResponse:
    """The mail becomes a message of the case whose number was typed."""

    def act(row: IncomingMail, by: Actor, now: datetime) -> str:
        return f"{CASES}{let_join(row, _case_named(request.form.get('number', '')), by=by, now=now)}?said=joined"

    return _decided(mail_id, act)


@bp.post("/incoming/<int:mail_id>/discarding")
def discard_mail(mail_id: int) -> AnyResponse:
    """Nothing comes of it."""

    def act(row: IncomingMail, by: Actor, now: datetime) -> str:
        discard(row, by=by, now=now)
        return url_for(".incoming", said="discarded")

    return _decided(mail_id, act)


def _decided(mail_id: int, act: Callable[[IncomingMail, Actor, datetime], str]) -> AnyResponse:
    """Do it and go where it leads; what cannot be done is said beside the mail."""
    require_complete()
    row = mail_of(mail_id) or abort(404)
    state, form = State(row.state), PressForm()
    if not form.validate():
        return _page(state, status=form.refused_status, problem=(mail_id, str(next(iter(form.errors.values()))[0])))
    try:
        return redirect(act(row, actor_of(staff()), clock.now()), 303)
    except PortalError as error:
        return _page(state, status=error.status, problem=(mail_id, str(error)))


def _case_named(typed: str) -> int:
    """The case of a typed number."""
    try:
        number = read_number(typed.strip()[:_LONGEST_NUMBER])
    except Mistyped as error:
        raise _NoSuchCase(_("One digit of this number is wrong: its last digit does not fit the others.")) from error
    found = db.session.scalar(select(Question.id).filter_by(number=str(number))) if number else None
    if found is None:
        raise _NoSuchCase(_("There is no case with this number."))
    return found


def _page(state: State, place: Place = FIRST, *, status: int = 200, problem: tuple[int, str] = (0, "")) -> Response:
    shown_list = state if state in _LISTS else State.WAITING
    page = mails_in(shown_list, place)
    if problem[0] and state in _LISTS and problem[0] not in [row.id for row in page.rows]:
        # It stands on a later page, with what was typed beside it.
        page = mails_in(shown_list, _just_before(problem[0], shown_list))
    values: dict[str, Any] = {
        "lines": _lines(page.rows, problem),
        "which": shown_list.value,
        "ways": ways(page, partial(url_for, ".incoming", list=shown_list.value)),
        "lists": [(each.value, _list_word(each)) for each in _LISTS],
        "is_discarded": request.args.get("said") == "discarded",
        "press": PressForm(formdata=None),
        "takes_mail": incoming_address() is not None,
        # About a mail that stands in no list any more.
        "problem": problem[1] if problem[0] not in [row.id for row in page.rows] else "",
    }
    return make_response(render_template("desk/incoming.html", **values), status)


def _just_before(mail_id: int, shown_list: State) -> Place:
    """The page on which that mail stands first: what waits stands oldest first, all others newest first."""
    return Place(Cursor(0, mail_id + (-1 if shown_list is State.WAITING else 1)))


def _lines(rows: Sequence[IncomingMail], problem: tuple[int, str]) -> list[dict[str, Any]]:
    numbers, now = numbers_of([row.question_id for row in rows if row.question_id]), clock.now()
    typed = request.form.get("number", "")[:_LONGEST_NUMBER]
    return [
        {
            "row": row,
            "reason": mail_reason(row.reason),
            "text": customer_text(row.text) if row.text else "",
            "when": desk_moment(row.received_at, now),
            "at": row.received_at.isoformat(timespec="seconds"),
            "can_ask": can_ask(row),
            "can_join": can_join(row),
            "number": typed if problem[0] == row.id else numbers.get(row.question_id or 0, ""),
            "problem": problem[1] if problem[0] == row.id else "",
        }
        for row in rows
    ]


def _list_word(state: State) -> str:
    words = {State.WAITING: _("Waiting"), State.ASIDE: _("From machines"), State.DISCARDED: _("Discarded")}
    return words[state]
