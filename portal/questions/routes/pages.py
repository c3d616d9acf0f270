"""A question's page, put together: for a visit, for a form that comes back, and for news."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, abort, current_app, make_response, render_template, request, url_for

from portal.attachments.actions import Received
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.i18n import current_language
from portal.foundation.sessions import form_token
from portal.numbers.format import Mistyped, read_number
from portal.questions.access import OpenQuestion, find_question, open_question
from portal.questions.actions.fairness import is_settled, wish_turn
from portal.questions.forms.fairness import WishForm
from portal.questions.forms.thread import ObjectionForm, RatingForm, ReplyForm
from portal.questions.models import Rating, SheetEntry
from portal.questions.queries import ended_promises, fairness_of, number_of, rating_of, reply_draft, sheet_of
from portal.questions.routes.uploads import uploads_field
from portal.questions.rules import Face, SheetLine, can_rate, can_reply
from portal.questions.thread import headline_of, state_word, thread_of
from portal.questions.thread.headline import has_older_dates
from portal.questions.thread.words import face_word, money, sheet_label
from portal.questions.topics import Topics

_STAMP = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class SheetLineView:
    """A written line of the case sheet."""

    name: str
    label: str
    entry: SheetEntry


@dataclass(frozen=True)
class Problem:
    """What is wrong with a form that comes back: the sentence, the field it belongs to, and the status."""

    sentence: str
    field: str = ""
    status: int = 422


@dataclass
class Forms:
    """The forms of a page; those that come back are filled, `problem` says why."""

    reply: ReplyForm | None = None
    rating: RatingForm | None = None
    objection: tuple[str, ObjectionForm] | None = None
    uploads: Received | None = None
    problem: Problem | None = None
    wish: WishForm | None = None


def question_page(opened: OpenQuestion, forms: Forms | None = None, **thread: int | None) -> Response:
    """The whole page; with a problem it has that one's status."""
    forms = forms or Forms()
    parts = _parts(opened, clock.now(), **thread)
    context = {**parts, **_form_parts(opened, forms), **_fairness_parts(opened, parts, forms)}
    response = make_response(render_template("questions/show.html", **context))
    response.status_code = forms.problem.status if forms.problem else 200
    return response


def news(opened: OpenQuestion) -> Response:
    """The parts of the page that change by themselves, as a fragment."""
    response = make_response(render_template("questions/_news.html", **_parts(opened, clock.now())))
    response.set_etag(tag_of(opened, clock.now()))
    return response


def tag_of(opened: OpenQuestion, now: datetime) -> str:
    """What a browser shows again to ask whether the page is still the same; needs no further statement."""
    return headline_of(opened, (), now).tag(opened.question.version)


def open_or_lost(number: str, **typed: str) -> OpenQuestion | Response:
    """The question to write to, or the page that keeps the text of somebody who is no longer signed in.

    The page is the same for questions of others and for numbers that nobody has.
    """
    try:
        is_number, opened = read_number(number) is not None, find_question(number)
    except Mistyped:
        is_number, opened = True, None
    if not is_number:
        abort(404)
    if opened is not None:
        return opened
    context = {
        "typed": typed,
        "uploads": request.form.getlist("uploads")[:10],
        "stamp": stamp_of_request(),
        "again_url": request.path,
        "number": number,
        "here": url_for("questions.show", number=number),
    }
    return make_response(render_template("questions/lost.html", **context), 403)


def refused(number: str, error: PortalError, forms: Forms, *, field: str = "") -> Response:
    """The page as it is now, with the form as it was sent and what was wrong with it."""
    # The transaction was rolled back: what was read before it is no longer true.
    forms.problem = Problem(str(error), field, error.status)
    return question_page(open_question(number), forms)


def stamp_of_request() -> str:
    """The stamp of the sent form; a new one for a form that has none."""
    sent = request.form.get("stamp", "")
    return sent if _STAMP.fullmatch(sent) else secrets.token_urlsafe(24)


def _parts(opened: OpenQuestion, now: datetime, **thread: int | None) -> dict[str, Any]:
    """What both the page and its news show."""
    question = opened.question
    headline = headline_of(opened, ended_promises(question.id) if has_older_dates(opened) else (), now)
    sheet = sheet_of(question.id)
    lines = [SheetLineView(line.value, sheet_label(line), sheet[line.value]) for line in SheetLine if line in sheet]
    is_over = can_rate(question.status, question.closed_by, is_answered=question.first_answered_at is not None)
    rating = rating_of(question.id) if is_over else None
    return {
        "question": question,
        "headline": headline,
        "merged_into": number_of(question.merged_into_id, question.customer_id) if question.merged_into_id else None,
        "state": state_word(headline.state),
        "tag": headline.tag(question.version),
        "thread": thread_of(question, now, **thread),
        "sheet": lines,
        "can_reply": can_reply(question.status, question.reopen_until, now),
        "can_rate": is_over,
        "rating": rating,
        "rating_word": face_word(Face(rating.face)) if rating else "",
        "token": form_token(),
        "rating_form": _rating_form(rating) if is_over else None,
        "faces": [(each.value, face_word(each)) for each in Face] if is_over else (),
        "objection_form": ObjectionForm(formdata=None) if lines else None,
        "objected_line": "",
        "problem": None,
        "next_url": url_for("questions.new", after=question.number),
    }


def _form_parts(opened: OpenQuestion, forms: Forms) -> dict[str, Any]:
    """What only the page shows: the reply, who may confirm, and forms that come back."""
    question, language = opened.question, current_language()
    topics: Topics = current_app.extensions["topics"].topics
    topic = topics.get(question.topic)
    reply = forms.reply or _fresh_reply(opened)
    if forms.problem and forms.problem.status == 409:
        reply.stamp.data = secrets.token_urlsafe(24)
    parts: dict[str, Any] = {
        "reply_form": reply,
        "uploads": uploads_field(forms.uploads),
        "can_confirm": opened.is_proven and question.confirmed_at is None,
        "is_guest": not opened.is_signed_in,
        "draft_form": f"reply:{question.id}",
        "topic_name": topics.name(question.topic, language),
        "facts": list(topic.fact_lines(question.facts, language)) if topic else [],
        "was_sent": "sent" in request.args,
        "problem": forms.problem,
        "previous": number_of(question.previous_id, question.customer_id) if question.previous_id else None,
    }
    if forms.rating:
        parts["rating_form"] = forms.rating
    if forms.objection:
        parts["objected_line"], parts["objection_form"] = forms.objection
    return parts


def _fairness_parts(opened: OpenQuestion, parts: dict[str, Any], forms: Forms) -> dict[str, Any]:
    """What the customer found fair, and whether there is something to say now."""
    question = opened.question
    rounds, has_missed = fairness_of(question.id)
    has_reason = has_missed or (parts["rating"] is not None and parts["rating"].face == Face.BAD)
    last = rounds[-1] if rounds else None
    return {
        "rounds": rounds,
        "wish_turn": wish_turn(question, rounds, has_reason=has_reason, now=clock.now()),
        "can_agree": last is not None and last.answered_at is not None and not is_settled(last),
        "wish_form": forms.wish or WishForm(formdata=None),
        "money": money,
    }


def _fresh_reply(opened: OpenQuestion) -> ReplyForm:
    form = ReplyForm(formdata=None)
    form.stamp.data = secrets.token_urlsafe(24)
    if opened.is_signed_in and opened.actor.id is not None:
        form.body.data = reply_draft(opened.actor.id, opened.question.id)
    return form


def _rating_form(rating: Rating | None) -> RatingForm:
    form = RatingForm(formdata=None)
    if rating:
        form.face.data, form.sentence.data = rating.face, rating.sentence
    return form
