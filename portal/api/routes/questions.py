"""Questions: asked for a customer, read with what was written, listed as they change."""

from functools import partial

from flask import Response, request, url_for
from flask_babel import gettext as _

from portal.api.access import NotThere, program
from portal.api.fields import MOST_AT_ONCE, FieldFault, Unfit, require_known, sent_object, sent_thing
from portal.api.queries import ListedQuestion, changed_questions, question_by_number
from portal.api.questions import (
    KEY,
    ask_for,
    faults_of_question,
    number_given,
    place_in,
    question_fields,
    sending_of,
    shown_question,
    shown_thread,
)
from portal.api.routes.blueprint import answer, bp
from portal.api.rules import SETTLED_AFTER
from portal.foundation import clock
from portal.numbers.format import Mistyped, read_number


@bp.get("/questions")
def list_questions() -> Response:
    """Questions that changed since a cursor, the longest ago first; without one from the beginning."""
    until = clock.now() - SETTLED_AFTER
    changes = changed_questions(_place("cursor") or 0, until=until, most=MOST_AT_ONCE)
    shown = [shown_question(each) for each in changes.questions]
    return answer({"questions": shown, "cursor": str(changes.place), "has_more": changes.has_more})


@bp.get("/questions/<number>")
def show_question(number: str) -> Response:
    """The question with what customer and staff wrote; the fifty before `before` instead of the last ones."""
    found = _question(number)
    return answer(shown_question(found) | shown_thread(found.question, before=_place("before")))


@bp.post("/questions")
def ask() -> Response:
    """Ask for a customer; the same key again gives the same question and makes no other."""
    now, token = clock.now(), program().token
    sending = sending_of(request.headers.get(KEY, ""), sent_object(), token)
    number, is_new = number_given(sending), False
    if number is None:
        thing = sent_thing(question_fields(), partial(faults_of_question, now=now))
        asked = ask_for(thing, sending, owner=token.owner, now=now)
        number, is_new = asked.number, asked.is_new
    where = url_for(".show_question", number=number)
    return answer(shown_question(_question(number)), 201 if is_new else 200, Location=where)


def _question(written: str) -> ListedQuestion:
    try:
        number = read_number(written)
    except Mistyped:
        raise NotThere(_("One digit of this number is wrong: its last digit does not fit the others.")) from None
    found = question_by_number(str(number)) if number else None
    if found is None:
        raise NotThere(_("There is no question with this number."))
    return found


def _place(name: str) -> int | None:
    """Where a list goes on; None where it begins. Another parameter is a slip, and the answer not what was meant."""
    require_known(request.args, name)
    written = request.args.get(name)
    place = place_in(written) if written is not None else None
    if written is not None and place is None:
        raise Unfit([FieldFault(name, _("This is none that was given out."))])
    return place
