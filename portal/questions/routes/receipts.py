"""The receipt: the number, by when there will be an answer and why then, and what happens next."""

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.database import db
from portal.foundation.i18n import current_language
from portal.foundation.rendering.pages import describe_page
from portal.notifications.models import Notification
from portal.questions.access import OpenQuestion, find_question, question_for_key, refuse
from portal.questions.guests import guest_keys
from portal.questions.notices.asking import RECEIVED
from portal.questions.queries import running_promise
from portal.questions.routes.blueprint import bp
from portal.questions.thread import headline_of
from portal.questions.thread.words import full_moment
from portal.questions.topics import TOPICS_FILE


@bp.get("/<number:number>/receipt")
def receipt(number: str) -> AnyResponse:
    """The receipt of one's own question; everybody else's is Unseen.

    A browser that took the cookie is led on to the address without the key; one without cookies reads it here.
    """
    key = request.args.get("key", "")
    if key and key in guest_keys():
        return redirect(url_for(".receipt", number=number), 303)
    opened = find_question(number)
    if opened is None:
        opened = _opened_by(number, key) or refuse(number)
    else:
        key = ""
    return _shown(opened, key)


def _opened_by(number: str, key: str) -> OpenQuestion | None:
    """The question that this key opens, for a browser that takes no cookies."""
    question = question_for_key(number, key)
    customer = db.session.get(Customer, question.customer_id) if question else None
    if question is None or customer is None:
        return None
    return OpenQuestion(question, customer, running_promise(question.id), "", is_signed_in=False, is_proven=False)


def _shown(opened: OpenQuestion, key: str) -> Response:
    describe_page(alternates={})
    question, language = opened.question, current_language()
    topic, headline = TOPICS_FILE.here().topics.get(question.topic), headline_of(opened, (), clock.now())
    context = {
        "question": question,
        "headline": headline,
        "promise": full_moment(headline.due_at) if headline.due_at else "",
        "topic_name": TOPICS_FILE.here().topics.name(question.topic, language),
        "team": opened.assignee_name or (topic.team(language) if topic else ""),
        "question_url": url_for("questions.show", number=question.number, key=key or None),
        "is_signed_in": opened.is_signed_in,
        "mail": _mail(question.id),
    }
    response = make_response(render_template("questions/receipt.html", **context))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _mail(question_id: int) -> tuple[str, str]:
    """Where the confirmation is (`waiting`, `sent`, `held`, `failed`, `none`), and to which address it goes."""
    rows = select(Notification).filter_by(subject_type="question", subject_id=question_id, kind=RECEIVED.name)
    row = db.session.scalar(rows)
    if row is None:
        return "none", ""
    states = (("failed", row.failed_at), ("sent", row.sent_at), ("held", row.held_at))
    return next((name for name, at in states if at), "waiting"), row.recipient
