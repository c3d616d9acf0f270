"""A question's page, put together: for a visit, for a form that comes back, and for news."""

from datetime import datetime
from typing import NamedTuple

from flask import Response, abort, make_response, render_template, request, url_for
from markupsafe import Markup

from portal.foundation.errors import PortalError
from portal.foundation.i18n import current_language
from portal.foundation.rendering.pages import render_fragment
from portal.foundation.rendering.printed import Printed
from portal.foundation.web.sessions import form_token
from portal.numbers.format import Mistyped, read_number
from portal.questions.access import OpenQuestion, find_question, open_question
from portal.questions.models import Question
from portal.questions.queries import number_of
from portal.questions.routes.question_page.ending import ending_part
from portal.questions.routes.question_page.fairness import fairness_of_visit
from portal.questions.routes.question_page.reply import draft_form, reply_part, stamp_of_request
from portal.questions.routes.question_page.sheet import sheet_part
from portal.questions.routes.question_page.thread import thread_part
from portal.questions.routes.question_page.visit import Forms, Problem, Visit, visit_of
from portal.questions.thread import Thread, headline_of, state_word, thread_of
from portal.questions.topics import TOPICS_FILE


class News(NamedTuple):
    """The parts of the page that change by themselves while it is open."""

    headline: Markup
    sheet: Markup
    thread: Markup
    ending: Printed | Markup


def question_page(opened: OpenQuestion, forms: Forms | None = None, **place: int | None) -> Response:
    """The whole page; with a problem it has that one's status. `place` is where in the conversation it begins."""
    forms = forms or Forms()
    visit = visit_of(opened, forms)
    question, thread = visit.question, thread_of(visit.question, visit.now, **place)
    page = render_template(
        "questions/show.html",
        question=question,
        page_url=visit.here,
        token=form_token(),
        tag=visit.tag,
        thread=thread,
        problem=forms.problem,
        was_sent="sent" in request.args,
        draft_form=draft_form(visit),
        can_confirm=opened.is_proven and question.confirmed_at is None,
        can_rate=visit.can_rate,
        news=_news(visit, thread),
        fairness=fairness_of_visit(visit),
        reply=reply_part(visit),
        topic_name=TOPICS_FILE.here().topics.name(question.topic, current_language()),
        previous=number_of(question.previous_id, question.customer_id) if question.previous_id else None,
        facts=_facts(question),
    )
    return make_response(page, forms.problem.status if forms.problem else 200)


def news(opened: OpenQuestion) -> Response:
    """The parts of the page that change by themselves, as a fragment."""
    visit = visit_of(opened, Forms())
    thread = thread_of(visit.question, visit.now)
    page = render_template("questions/_news.html", tag=visit.tag, thread=thread, news=_news(visit, thread))
    response = make_response(page)
    response.set_etag(visit.tag)
    return response


def tag_of(opened: OpenQuestion, now: datetime) -> str:
    """What a browser shows again to ask whether the page is still the same; needs no further statement."""
    return headline_of(opened, (), now).tag(opened.question.version)


def refused(number: str, error: PortalError, forms: Forms, *, field: str = "") -> Response:
    """The page as it is now, with the form as it was sent and what was wrong with it."""
    # The transaction was rolled back: what was read before it is no longer true.
    forms.problem = Problem(str(error), field, error.status)
    return question_page(open_question(number), forms)


def open_or_lost(number: str, *, choice: str = "", **typed: str) -> OpenQuestion | Response:
    """The question to write to, or the page that keeps the text of somebody who is no longer signed in.

    `choice` is the name of a field in which something was chosen.
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
    page = render_template(
        "questions/lost.html",
        typed=typed,
        choice=(choice, request.form.get(choice, "")[:40]) if choice else (),
        uploads=request.form.getlist("uploads")[:10],
        stamp=stamp_of_request(),
        again_url=request.path,
        number=number,
        here=url_for("questions.show", number=number),
    )
    return make_response(page, 403)


def _news(visit: Visit, thread: Thread) -> News:
    return News(_headline(visit), sheet_part(visit), thread_part(visit, thread), ending_part(visit))


def _headline(visit: Visit) -> Markup:
    """The promise, or how it ended, and whose turn it is."""
    return render_fragment(
        "questions/_headline.html",
        question=visit.question,
        headline=visit.headline,
        state=state_word(visit.headline.state),
        merged_into=visit.merged_into,
        is_guest=not visit.opened.is_signed_in,
    )


def _facts(question: Question) -> list[tuple[str, str]]:
    """What was asked for besides the text, with its names."""
    topic = TOPICS_FILE.here().topics.get(question.topic)
    return list(topic.fact_lines(question.facts, current_language())) if topic else []
