"""Parts of the form that a script loads while somebody writes: facts of a topic, the promise, matching answers."""

from flask import Response, make_response, render_template, request, url_for

from portal.foundation.i18n import current_language
from portal.foundation.limits import limiter
from portal.questions.actions.asking_people import open_question_about
from portal.questions.offers import OFFER_TALLY, article_numbers, matching_answers
from portal.questions.routes.asking_pages import fragment_context
from portal.questions.routes.asking_sheet import sent, sheet_of
from portal.questions.routes.blueprint import bp


@bp.post("/new/facts")
@limiter.limit("60/minute")
def facts() -> Response:
    """What the chosen topic asks for, with what was typed so far, and an open question on the topic."""
    sheet = sheet_of(sent())
    follow_up = open_question_about(sheet.topic.slug) if sheet.topic else None
    return _part("questions/_facts.html", follow_up=follow_up, **fragment_context(sheet))


@bp.post("/new/promise")
@limiter.limit("60/minute")
def promise() -> Response:
    """By when there would be an answer."""
    return _part("questions/_promise.html", **fragment_context(sheet_of(sent())))


@bp.post("/offers")
@limiter.limit("60/minute")
def offers() -> Response:
    """Up to four articles for what is written so far; an article counts as shown once for each form."""
    sheet = sheet_of(sent())
    answers = matching_answers(str(sheet.form.subject.data or ""), str(sheet.form.body.data or ""), sheet.topic)
    numbers = [each.number for each in answers]
    if numbers == article_numbers(request.form.get("showing", "")):
        return Response(status=204)  # what somebody may be reading stays as it is
    fresh = [number for number in numbers if number not in sheet.offered]
    OFFER_TALLY.here().count("shown", fresh, language=current_language(), on=sheet.form.today)
    return _part(
        "questions/_offers.html", answers=answers, offered=[*sheet.offered, *fresh], ask_url=url_for("questions.ask")
    )


@bp.post("/offers/openings")
@limiter.limit("60/minute")
def count_opening() -> tuple[str, int]:
    """An offered article was opened: its number, nobody's name."""
    sheet = sheet_of({})
    numbers = article_numbers(request.form.get("number", ""), most=1)
    OFFER_TALLY.here().count("opened", numbers, language=current_language(), on=sheet.form.today)
    return "", 204


@bp.post("/offers/answers")
@limiter.limit("60/minute")
def settle() -> Response:
    """An offered article has answered it: nothing is sent, and what was written stays one press away."""
    sheet = sheet_of(sent())
    opened = article_numbers(request.form.get("opened", ""))
    counted = opened or article_numbers(request.form.get("answered", ""), most=1)
    OFFER_TALLY.here().count("answered", counted, language=current_language(), on=sheet.form.today)
    carried = [*sheet.carried(), *(("uploads", key) for key in request.form.getlist("uploads"))]
    return make_response(render_template("questions/settled.html", carried=carried, ask_url=url_for("questions.ask")))


def _part(template: str, **context: object) -> Response:
    return make_response(render_template(template, **context))
