"""The receipt: the number, by when there will be an answer and why then, and what happens next."""

from datetime import date, datetime
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from portal.foundation.database import db
from portal.foundation.i18n import current_language
from portal.foundation.pages import describe_page
from portal.keys.rules import looks_like_key
from portal.notifications.models import Notification
from portal.questions.access import OpenQuestion, find_question, question_for_key
from portal.questions.guests import guest_keys
from portal.questions.models import PromiseEntry, Question
from portal.questions.notices.asking import RECEIVED
from portal.questions.queries import desk_hours, running_promise, service_levels
from portal.questions.routes.asking_sheet import topics
from portal.questions.routes.blueprint import bp
from portal.questions.routes.promise_words import due_words, skipped_words, week_words, working_time_words
from portal.service_levels.business_hours import SkippedDay


@bp.get("/<number:number>/receipt")
def receipt(number: str) -> AnyResponse:
    """The receipt of one's own question, 404 for everybody else's.

    A browser that took the cookie is led on to the address without the key; one without cookies reads it here.
    """
    key = request.args.get("key", "")
    if key and key in guest_keys():
        return redirect(url_for(".receipt", number=number), 303)
    opened = find_question(number)
    if opened is not None:
        return _shown(opened.question, opened.promise, is_signed_in=opened.is_signed_in, key="", opened=opened)
    question = question_for_key(number, key) if looks_like_key(key) else None
    if question is None:
        abort(404)
    return _shown(question, running_promise(question.id), is_signed_in=False, key=key)


def _shown(
    question: Question,
    promise: PromiseEntry | None,
    *,
    is_signed_in: bool,
    key: str,
    opened: OpenQuestion | None = None,
) -> Response:
    describe_page(alternates={})
    topic = topics().get(question.topic)
    context = {
        "question": question,
        "topic_name": topics().name(question.topic, current_language()),
        "team": (opened.assignee_name if opened else "") or (topic.team(current_language()) if topic else ""),
        "question_url": url_for("questions.show", number=question.number, key=key or None),
        "is_signed_in": is_signed_in,
        "mail": _mail(question),
        **_promise(promise),
    }
    response = make_response(render_template("questions/receipt.html", **context))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _promise(promise: PromiseEntry | None) -> dict[str, Any]:
    if promise is None:
        return {"promise": None}
    level = service_levels().level(promise.level)
    skipped = tuple(SkippedDay(date.fromisoformat(on), name) for on, name in promise.skipped)
    return {
        "promise": due_words(promise.due_at),
        "promise_exact": due_words(promise.due_at, with_zone=True),
        "level_name": level.name(current_language()),
        "level_definition": level.definition(current_language()),
        "working_time": working_time_words(promise.minutes),
        "week": week_words(desk_hours(current_language())),
        "skipped": skipped_words(skipped),
    }


def _mail(question: Question) -> dict[str, Any]:
    """Where the confirmation is: `waiting`, `sent`, `held` or `failed`, and to which address."""
    row = db.session.scalar(
        select(Notification).filter_by(subject_type="question", subject_id=question.id, kind=RECEIVED.name)
    )
    if row is None:
        return {"state": "none", "to": ""}
    return {"state": _state(row.sent_at, row.failed_at, row.held_at), "to": row.recipient}


def _state(sent_at: datetime | None, failed_at: datetime | None, held_at: datetime | None) -> str:
    if sent_at:
        return "sent"
    return "failed" if failed_at else "held" if held_at else "waiting"
