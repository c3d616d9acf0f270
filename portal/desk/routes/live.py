"""Counts that stay fresh without a connection that stays open: small answers, and none when nothing has changed."""

import hashlib
import json

from flask import Response, make_response, render_template, request

from portal.accounts.access import unattended
from portal.desk.frame import shown
from portal.desk.queries.queues import count_all
from portal.desk.routes.blueprint import bp, staff
from portal.desk.rules import NOTICES_LIMIT
from portal.foundation import clock


@bp.get("/counts")
def counts() -> Response:
    """Every count by the name of its queue, and `notices`; 304 when they are those the browser has."""
    unattended()
    found = count_all(staff(), clock.now())
    counted = {queue.value: shown(count) for queue, count in found.queues.items()}
    news = shown(found.notices, NOTICES_LIMIT)
    others = {"notices": news, "declarations": shown(found.declarations), "incoming": shown(found.mails)}
    written = json.dumps({**counted, **others})
    response = make_response(written)
    response.mimetype = "application/json"
    response.set_etag(hashlib.sha256(written.encode()).hexdigest()[:16])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@bp.get("/keys")
def keys() -> Response:
    """What each key does, for whoever has no script."""
    return make_response(render_template("desk/keys.html"))
