"""A call about something new: a question with a number and a promise, while the person is still on the phone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, abort, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.customers.models import Customer
from portal.desk.forms.calls import CallForm
from portal.desk.queries.callers import caller, callers_at, not_ended
from portal.desk.routes.blueprint import bp, staff
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.forms import require_complete
from portal.foundation.security import read_id
from portal.keys.actions import StampUsed
from portal.keys.rules import new_key
from portal.questions.actions.asking import Asked, Asker, NewQuestion, ask_question, asked_before
from portal.questions.actions.proposing import outlook
from portal.questions.routes.pages import stamp_of_request


@bp.get("/questions/new")
def new_call() -> Response:
    """The form, empty or with the person of `customer` filled in and what they have asked already beside it."""
    if "customer" not in request.args:
        return _page(CallForm.empty())
    number = read_id(request.args["customer"])
    who = None if number is None else caller(number)
    if who is None:
        abort(404)
    return _page(CallForm.empty(name=who.name, email=who.email, language=who.language, seen="yes"), [who])


@bp.post("/questions")
def take_call() -> AnyResponse:
    """Take it down once; before that, whoever has open questions is shown them, so that none is begun twice."""
    require_complete()
    form = CallForm()
    if not form.validate():
        return _page(form, status=form.refused_status)
    people = callers_at(str(form.email.data))
    said, who, now = _said(form), _asker(form, people), clock.now()
    # The same press once more is no second question, so nothing is asked of it.
    asked = asked_before(said, who, now=now)
    if asked is None and form.seen.data != "yes" and not_ended(people):
        form.seen.data = "yes"
        return _page(form, people, status=409, is_asked=True)
    try:
        asked = asked or _taken(said, who, language=str(form.language.data), now=now)
    except StampUsed as error:
        form.stamp.data = new_key()
        return _page(form, people, status=error.status, problem=str(error))
    return redirect(f"/desk/questions/{asked.number}", 303)


def _taken(said: NewQuestion, who: Asker, *, language: str, now: datetime) -> Asked:
    made = outlook(current_app.extensions["topics"].topics.get(said.topic), said.answers, language=language, now=now)
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
    """The account of a proven address, else a guest: what was heard on the phone proves no address."""
    by = actor_of(staff())
    account = next((each for each in people if not each.is_guest and each.confirmed_at), None)
    if account is not None:
        return Asker(account, account.name, account.email, is_proven=True, taken_by=by)
    return Asker(None, str(form.name.data), normalised(str(form.email.data)), is_proven=False, taken_by=by)


def _page(
    form: CallForm, people: Sequence[Customer] = (), *, status: int = 200, is_asked: bool = False, problem: str = ""
) -> Response:
    faulty = [field for field in form if field.errors and field.name != "token"]
    values: dict[str, Any] = {
        "form": form,
        "faulty": faulty,
        "problem": problem or (str(form.token.errors[0]) if form.token.errors else ""),
        "known": not_ended(people),
        "is_asked": is_asked,
    }
    return make_response(render_template("desk/call_form.html", **values), status)
