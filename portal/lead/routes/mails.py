"""Mails of the outbox by state, with every try to send them; one or all that failed are sent again."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.words import desk_moment
from portal.foundation import clock
from portal.foundation.rendering.paging import asked_place, ways
from portal.foundation.security import read_id
from portal.lead.routes.blueprint import bp, pressed
from portal.lead.words import is_quoted, mail_state_word, outcome_word, problem_word
from portal.notifications.models import DeliveryAttempt, Notification
from portal.notifications.outbox import send_again
from portal.notifications.queries import attempts_of_all, listed
from portal.notifications.words import mail_word

MAILS_SIZE = 100
_STATES = ("failed", "held", "waiting", "sent")


@bp.get("/mails")
def mails() -> Response:
    """The mails of a state, the newest first, each with every try to send it; without one those that failed."""
    now, asked = clock.now(), request.args.get("state", "")
    state = asked if asked in _STATES else "failed"
    page = listed(state, asked_place(), limit=MAILS_SIZE)
    tries = attempts_of_all([row.id for row in page.rows])
    values = {
        "lines": [_line(row, tries.get(row.id, ()), now) for row in page.rows],
        "state": state,
        "states": [(each, mail_state_word(each)) for each in _STATES],
        "outcome_word": outcome_word,
        "problem_word": problem_word,
        "is_quoted": is_quoted,
        "is_again": request.args.get("again") == "yes",
        "here": url_for(".mails", **page.place.asked),
        "ways": ways(page, partial(url_for, ".mails", state=state)),
    }
    return make_response(render_template("lead/mails.html", **values))


@bp.post("/mails")
def retry() -> AnyResponse:
    """Let the worker send a mail again, or all that failed and stood on the page."""
    pressed()
    number = read_id(request.form.get("only", ""))
    is_all = request.form.get("all") == "yes"
    if number is None and not is_all:
        abort(400)
    chosen = [row.id for row in listed("failed", asked_place(), limit=MAILS_SIZE).rows] if is_all else [number or 0]
    for each in chosen:
        send_again(each, now=clock.now())
    return redirect(url_for(".mails", again="yes"), 303)


def _line(row: Notification, tries: Sequence[DeliveryAttempt], now: datetime) -> dict[str, Any]:
    at = row.failed_at or row.sent_at or row.created_at
    return {
        "row": row,
        "what": mail_word(row.kind),
        "number": row.payload.get("number", ""),
        "when": desk_moment(at, now),
        "at": at.isoformat(timespec="seconds"),
        "tries": tries,
        "can_retry": not row.sent_at,
    }
