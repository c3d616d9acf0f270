"""The pages on the way to a number: the form, the form with faults, and the page that asks once more."""

from typing import Any

from flask import Response, make_response, render_template, url_for
from flask_babel import gettext as _

from portal.customers.access import current_customer
from portal.foundation.database import is_read_only
from portal.foundation.i18n import current_language, offered
from portal.foundation.rendering.pages import describe_page
from portal.incidents.words import shown_incidents
from portal.questions.actions.asking_people import open_question_about
from portal.questions.drafts import NEW_QUESTION, draft_of
from portal.questions.forms.form_times import signed_time
from portal.questions.models import Draft, Question
from portal.questions.offers import matching_answers
from portal.questions.routes.asking_sheet import (
    HONEYPOT,
    SHORTEST_TIME,
    Sheet,
    secret,
    sent,
    sheet_of,
)
from portal.questions.routes.uploads import uploads_field
from portal.questions.thread import moment
from portal.questions.topics import TOPICS_FILE


def form_page(
    sheet: Sheet,
    *,
    status: int = 200,
    remark: str = "",
    draft: Draft | None = None,
    retry_after: int = 0,
    has_database: bool = True,
) -> Response:
    """The form as it was filled in; `remark` says why it is shown again, `retry_after` in how many seconds to send.

    Without `has_database` nothing is asked of it: the page must come also when it is away.
    """
    _describe(sheet)
    context = {
        "remark": remark,
        "has_database": has_database,
        "draft": draft,
        "faults": list(sheet.faults()),
        "uploads": uploads_field(sheet.uploads),
        "follow_up": _follow_up(sheet) if has_database else None,
        "is_guest": "email" in sheet.form,
        "incidents": shown_incidents(),
        **fragment_context(sheet),
    }
    response = make_response(render_template("questions/new.html", **context), status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def check_page(sheet: Sheet) -> Response:
    """What was written, what would be promised and which answers there are already: one press from being sent."""
    _describe(sheet)
    # Whoever reads this page may press at once: its form counts as opened long enough ago.
    sheet.form.opened_at.data = signed_time(sheet.now - SHORTEST_TIME, secret())
    answers = matching_answers(str(sheet.form.subject.data), str(sheet.form.body.data), sheet.topic)
    context = {
        "answers": answers,
        "carried": [*(each for each in sheet.carried() if each[0] != "offered"), ("is_checked", "yes")],
        "offered": sorted({*sheet.offered, *(each.number for each in answers)}),
        "follow_up": _follow_up(sheet),
        "is_guest": "email" in sheet.form,
        **fragment_context(sheet),
    }
    return make_response(render_template("questions/check.html", **context))


def form_without_database() -> Response:
    """The filled form while the database does not answer; a person who is signed in is not recognised meanwhile."""
    sheet = sheet_of(sent(), has_database=False)
    remark = _("We cannot keep anything just now. Your text is still here; please send it again in a minute.")
    return form_page(sheet, status=503, remark=remark, retry_after=10, has_database=False)


def fragment_context(sheet: Sheet) -> dict[str, Any]:
    """What the parts of the form need that are also loaded alone."""
    look = sheet.outlook
    return {
        "topics": list(TOPICS_FILE.here().topics),
        "known": shown_incidents(topic=sheet.topic.slug) if sheet.topic else (),
        "sheet": sheet,
        "language": current_language(),
        "promise": moment(look.promise.due_at),
        "ask_url": url_for("questions.ask"),
        "honeypot": HONEYPOT,
    }


def own_draft() -> Draft | None:
    """What this person has typed and not sent; None for guests, whose browser keeps it."""
    customer = current_customer()
    if is_read_only() or customer is None or customer.user_id is None:
        return None
    return draft_of(customer.user_id, NEW_QUESTION)


def _follow_up(sheet: Sheet) -> Question | None:
    return open_question_about(sheet.topic.slug) if sheet.topic else None


def _describe(sheet: Sheet) -> None:
    along: dict[str, Any] = {
        "topic": sheet.topic.slug if sheet.topic else None,
        "about": sheet.about.number if sheet.about else None,
        "step": sheet.step,
        "words": sheet.words or None,
    }
    describe_page(
        alternates={language: url_for("questions.new", language=language) for language in offered()},
        addresses={language: url_for("questions.new", language=language, **along) for language in offered()},
    )
