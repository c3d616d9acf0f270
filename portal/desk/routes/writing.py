"""Help with writing an answer: saved replies and articles, as lists for the script and as a form without one."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import Case, case_of
from portal.desk.actions.pending import take_back
from portal.desk.forms.case import DeskPress
from portal.desk.forms.writing import WORDS_LIMIT, InsertForm
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.page import case_page, refusal_of, refused, to_case
from portal.desk.routes.case_page.visit import Problem
from portal.desk.routes.case_page.writing import article_text, articles_for, filled, letter_for, replies_for
from portal.desk.routes.files import comes_back, files_of_form
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.security import clean_text
from portal.foundation.web.uploads import takes_uploads


@bp.get("/questions/<number:number>/replies")
def replies(number: str) -> Response:
    """Saved replies that have all words of `q`, each with its title and its text for this case."""
    case, words = case_of(number), _asked().lower().split()
    found = [(each, filled(each, case)) for each in replies_for(case)]
    return _listed(
        [
            {"title": each.title, "hint": "", "text": text}
            for each, text in found
            if all(word in " ".join((each.title, *each.keywords, text)).lower() for word in words)
        ]
    )


@bp.get("/questions/<number:number>/articles")
def articles(number: str) -> Response:
    """Articles for the words of `q` in the customer's language, each with title, summary and what is put in."""
    found = articles_for(case_of(number), _asked())
    return _listed([{"title": each.title, "hint": each.summary, "text": article_text(each)} for each in found])


@bp.post("/questions/<number:number>/insertion")
@takes_uploads
def insert(number: str) -> AnyResponse:
    """The page again with a text put into the answer, articles found, or what is to be said of one; nothing is sent."""
    require_complete()
    case, form = case_of(number), InsertForm()
    is_right, brought = form.validate(), files_of_form(form)
    if not is_right:
        return comes_back(number, case.question.id, brought, refusal_of(form))
    typed = {**request.form.to_dict(), "body": str(form.body.data or "")}
    if form.do.data not in ("find", "flag"):
        more = _article(case, form) if form.do.data == "article" else _reply(case, str(form.reply.data or ""))
        if not more:
            return comes_back(number, case.question.id, brought, _gone(str(form.do.data)))
        typed["body"] = letter_for(case).insert(typed["body"], more)
    return comes_back(number, case.question.id, brought, typed=typed)


@bp.post("/questions/<number:number>/answers/<int:pending_id>/undo")
def undo(number: str, pending_id: int) -> AnyResponse:
    """Take an own answer back before it goes out; its text is in the box again."""
    require_complete()
    question, form = case_of(number).question, DeskPress()
    if not form.validate():
        return refused(number, form)
    if not take_back(question.id, pending_id, by=actor_of(staff()), now=clock.now()):
        return case_page(number, Problem({"body": _("This answer has gone out already.")}, 409))
    return to_case(number, "answer")


def _reply(case: Case, slug: str) -> str:
    reply = next((each for each in replies_for(case) if each.slug == slug), None)
    return filled(reply, case) if reply else ""


def _article(case: Case, form: InsertForm) -> str:
    found = articles_for(case, str(form.words.data or ""))
    article = next((each for each in found if str(each.number) == form.article.data), None)
    return article_text(article) if article else ""


def _gone(what: str) -> Problem:
    """What was chosen is not there any more: a file was renamed, an article taken off the site."""
    if what == "article":
        return Problem({"words": _("This article is not there any more. Please look for it once more.")}, typed=_sent())
    return Problem({"reply": _("This saved reply is not there any more. Please choose another one.")}, typed=_sent())


def _sent() -> dict[str, str]:
    return request.form.to_dict()


def _asked() -> str:
    return clean_text(request.args.get("q", ""))[:WORDS_LIMIT].strip()


def _listed(found: Sequence[dict[str, Any]]) -> Response:
    response = make_response(json.dumps(found))
    response.mimetype = "application/json"
    return response
