"""One question: its page, its news, and its files."""

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from portal.accounts.access import unattended
from portal.attachments.queries import attachment_by_public_id
from portal.attachments.serving import send_original, send_picture
from portal.foundation import clock
from portal.foundation.security import read_id
from portal.numbers.format import Mistyped
from portal.questions.access import Unseen, open_question, question_for, question_for_key, refuse
from portal.questions.guests import keep_key
from portal.questions.polls import names_tag
from portal.questions.queries import is_message_of
from portal.questions.routes.blueprint import bp
from portal.questions.routes.question_page.page import news, question_page, tag_of


@bp.get("/<number:number>")
def show(number: str) -> Response:
    """The question's page; with a `key` the browser keeps it and goes on to the clean address."""
    if "key" in request.args:
        return _take_key(number, request.args["key"])
    before, after = (read_id(request.args.get(name, "")) for name in ("before", "after"))
    return question_page(open_question(number), before=before, after=after)


@bp.get("/<number:number>/news")
def show_news(number: str) -> Response:
    """What has changed, as a fragment; 304 while the page is still the same, after one or two statements."""
    unattended()
    opened = open_question(number)
    tag = tag_of(opened, clock.now())
    if names_tag(request.headers.get("If-None-Match", ""), tag) or request.args.get("version") == tag:
        response = make_response("", 304)
        response.set_etag(tag)
        return response
    return news(opened)


@bp.get("/<number:number>/attachments/<public_id>")
def show_attachment(number: str, public_id: str) -> Response:
    """A file of this question as it was sent, to be saved; with `?shown` the picture that we made of it."""
    question = question_for(number)
    file = attachment_by_public_id(public_id)
    if file is None or file.owner_type != "message" or not is_message_of(file.owner_id or 0, question.id):
        abort(404)
    return send_picture(file) if "shown" in request.args else send_original(file)


@bp.app_errorhandler(Mistyped)
def show_mistyped(error: Mistyped) -> tuple[str, int]:
    """A number whose check digit does not fit: said without looking whether the right one exists."""
    return render_template("questions/mistyped.html", typed=str(error)), 404


@bp.app_errorhandler(Unseen)
def show_unseen(error: Unseen) -> tuple[str, int]:
    """One page for numbers of others and numbers that nobody has, with the ways to come back to one's own (SR-02)."""
    number = str(error)
    context = {"number": number, "here": url_for("questions.show", number=number)}
    return render_template("questions/unseen.html", **context), 404


def _take_key(number: str, plain: str) -> Response:
    if question_for_key(number, plain) is None:
        refuse(number)
    response = make_response(redirect(url_for(".show", number=number), 303))
    response.headers["Referrer-Policy"] = "no-referrer"
    return keep_key(response, plain)
