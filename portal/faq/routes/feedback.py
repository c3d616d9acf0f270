"""Was this helpful? One vote per browser, changeable; the mark in the browser is set only when somebody votes."""

import hashlib
import re
import secrets
from typing import Any

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.faq.actions import feedback_of, give_feedback
from portal.faq.forms import FeedbackForm
from portal.faq.models import ArticleFeedback
from portal.faq.queries import edition
from portal.faq.routes.blueprint import bp
from portal.faq.rules import Entry
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.foundation.rendering.pages import describe_page
from portal.foundation.web.cookies import cookie_name, give_cookie

_COOKIE = "voter"
_ONE_YEAR = 365 * 24 * 3600
_MARK = re.compile(r"[\w-]{43}")


@bp.get("/feedback/<int:number>")
def show_feedback(number: int) -> Response:
    """The vote of this browser on an article, to read and to change; works without script."""
    entry = _entry(number)
    mark = _mark()
    return _answer(entry, feedback_of(entry.article, _hash(mark)) if mark else None, FeedbackForm(formdata=None))


@bp.post("/feedback/<int:number>")
@limiter.limit("30/minute;200/hour")
def vote(number: int) -> AnyResponse:
    """Keep the vote; with errors the form comes back filled in."""
    require_complete()
    entry, form, mark = _entry(number), FeedbackForm(), _mark() or secrets.token_urlsafe(32)
    if not form.validate():
        return _answer(entry, feedback_of(entry.article, _hash(mark)), form, status=422)
    feedback = give_feedback(
        entry.article,
        voter=_hash(mark),
        is_helpful=form.verdict.data == "yes",
        reason=form.reason.data or None,
        remark=form.remark.data or "",
        now=clock.now(),
    )
    return _with_mark(
        _answer(entry, feedback, form)
        if _wants_fragment()
        else redirect(url_for(".show_feedback", number=number), 303),
        mark,
    )


def feedback_context(entry: Entry, feedback: ArticleFeedback | None) -> dict[str, Any]:
    """What the feedback part of a page needs."""
    return {
        "vote": feedback,
        "form": FeedbackForm(formdata=None, data=_given(feedback)),
        "article_url": entry.url,
        "feedback_url": url_for("faq.vote", number=entry.number),
        "contact_about_url": url_for("questions.new", about=entry.number),
    }


def _answer(entry: Entry, feedback: ArticleFeedback | None, form: FeedbackForm, *, status: int = 200) -> Response:
    describe_page(alternates={})
    context = feedback_context(entry, feedback) | ({"form": form} if form.errors else {})
    template = "faq/_feedback.html" if _wants_fragment() else "faq/feedback.html"
    return make_response(render_template(template, entry=entry, article=entry.article, **context), status)


def _entry(number: int) -> Entry:
    return (edition().by_number(number) if number < 2**31 else None) or abort(404)


def _given(feedback: ArticleFeedback | None) -> dict[str, str]:
    if feedback is None:
        return {}
    return {
        "verdict": "yes" if feedback.is_helpful else "no",
        "reason": feedback.reason or "",
        "remark": feedback.remark,
    }


def _wants_fragment() -> bool:
    return "HX-Request" in request.headers


def _mark() -> str | None:
    mark = request.cookies.get(cookie_name(current_app, _COOKIE), "")
    return mark if _MARK.fullmatch(mark) else None


def _hash(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()


def _with_mark(response: AnyResponse, mark: str) -> AnyResponse:
    return give_cookie(response, cookie_name(current_app, _COOKIE), mark, seconds=_ONE_YEAR)
