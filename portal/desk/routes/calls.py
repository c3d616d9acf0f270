"""A call about something new: a question with a number and a promise, while the person is still on the phone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.customers.models import Customer
from portal.customers.queries import customers_at
from portal.desk.forms.calls import CallForm
from portal.desk.queries.callers import caller, callers_like, not_ended
from portal.desk.routes.blueprint import bp, staff
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.forms import require_complete
from portal.foundation.security import clean_text, read_id
from portal.foundation.sql.time_limit import TookTooLong
from portal.keys.actions import StampUsed
from portal.keys.rules import new_stamp
from portal.numbers.format import Mistyped
from portal.questions.actions.asking import Asked, Asker, NewQuestion, ask_question, asked_before
from portal.questions.actions.asking_people import asker_of
from portal.questions.actions.proposing import outlook
from portal.questions.routes.question_page.reply import stamp_of_request
from portal.questions.topics import TOPICS_FILE

_LONGEST = 100


@bp.get("/questions/new")
def new_call() -> Response:
    """The form, empty or with the person of `customer` filled in and what they have asked already beside it."""
    if "customer" not in request.args:
        return _page(CallForm.empty())
    who = _known(request.args["customer"])
    return _page(CallForm.empty(name=who.name, email=who.email, language=who.language, seen="yes"), [who], chosen=who)


@bp.post("/questions")
def take_call() -> AnyResponse:
    """Take it down once; before that, whoever has open questions is shown them, so that none is begun twice."""
    require_complete()
    form = CallForm()
    if request.form.get("customer"):
        return _chosen(form, request.form["customer"])
    # Enter in any field presses the first button, which is this one: without words there is nobody to find.
    if request.form.get("do") == "find" and str(form.who.data or "").strip():
        return _looked_for(form)
    if not form.validate():
        return _page(form, status=form.refused_status)
    people = customers_at(normalised(str(form.email.data)))
    said, who, now = _said(form), _asker(form, people), clock.now()
    # The same press once more is no second question, so nothing is asked of it.
    asked = asked_before(said, who, now=now)
    if asked is None and form.seen.data != "yes" and not_ended(people):
        form.seen.data = "yes"
        return _page(form, people, status=409, is_asked=True)
    try:
        asked = asked or _taken(said, who, language=str(form.language.data), now=now)
    except StampUsed as error:
        form.stamp.data = new_stamp()
        return _page(form, people, status=error.status, problem=str(error))
    return redirect(f"/desk/questions/{asked.number}?said=taken-down", 303)


def _known(written: str) -> Customer:
    """The person of that record, or 404."""
    number = read_id(written)
    return (None if number is None else caller(number)) or abort(404)


def _chosen(form: CallForm, written: str) -> Response:
    """The form with everything typed so far, and with whoever was chosen."""
    who = _known(written)
    form.who.data, form.seen.data = "", "yes"
    form.name.data, form.email.data, form.language.data = who.name, who.email, who.language
    return _page(form, [who], chosen=who)


def _looked_for(form: CallForm) -> Response:
    """The form with everything typed so far, and the people who may have said that."""
    form.who.data = clean_text(str(form.who.data)).strip()[:_LONGEST]
    try:
        return _page(form, found=callers_like(form.who.data))
    except Mistyped:
        form.who.errors = [_("One digit of this number is wrong: its last digit does not fit the others.")]
        return _page(form, status=422)
    except TookTooLong as error:
        form.who.errors = [str(error)]
        return _page(form, status=error.status)


def _taken(said: NewQuestion, who: Asker, *, language: str, now: datetime) -> Asked:
    made = outlook(TOPICS_FILE.here().topics.get(said.topic), said.answers, language=language, now=now)
    return ask_question(said, who, made, language=language, now=now)


def _said(form: CallForm) -> NewQuestion:
    return NewQuestion(
        stamp=stamp_of_request(),
        topic=str(form.topic.data),
        subject=str(form.subject.data),
        body=str(form.body.data),
        answers=form.answers,
        source="phone",
    )


def _asker(form: CallForm, people: Sequence[Customer]) -> Asker:
    return asker_of(people, str(form.name.data), normalised(str(form.email.data)), by=actor_of(staff()))


def _page(form: CallForm, people: Sequence[Customer] = (), *, status: int = 200, **more: Any) -> Response:
    """The page; `more` is what only some have: `problem`, `is_asked`, who was `found`, who was `chosen`."""
    values: dict[str, Any] = {
        "form": form,
        "known": not_ended(people),
        "problem": "",
        **more,
    }
    return make_response(render_template("desk/call_form.html", **values), status)
