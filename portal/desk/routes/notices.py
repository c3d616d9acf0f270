"""Notices of the desk, and mails that could not be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.forms import PressForm
from portal.desk.actions.seen import mark_seen
from portal.desk.queries.notices import LIST_SIZE, notices_for
from portal.desk.routes.blueprint import bp, staff
from portal.desk.words import desk_moment, notice_word
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.notifications.models import StaffNotice
from portal.notifications.outbox import send_again
from portal.notifications.queries import listed

_MOST_MAILS = 100


@dataclass(frozen=True)
class NoticeLine:
    """One notice in words; `url` leads to its case, if it is about one."""

    id: int
    kind: str
    said: str
    number: str
    url: str
    when: str
    at: str


@bp.get("/notices")
def notices() -> Response:
    """What is new, or with `seen` what somebody has marked as seen."""
    shows_seen, now = request.args.get("seen") == "yes", clock.now()
    found = notices_for(staff(), seen=shows_seen, before=_id(request.args.get("before", "")))
    rows, has_more = found[:LIST_SIZE], len(found) > LIST_SIZE
    values: dict[str, Any] = {
        "lines": [_line(row) for row in rows],
        "shows_seen": shows_seen,
        "up_to": rows[0].id if rows else 0,
        "press": PressForm(formdata=None),
        "older_url": _older(shows_seen, rows) if has_more else None,
        "now": now,
    }
    return make_response(render_template("desk/notices.html", **values))


@bp.post("/notices")
def see() -> AnyResponse:
    """Mark one notice as seen, or all that the page showed."""
    require_complete()
    only, up_to = (_id(request.form.get(name, "")) for name in ("only", "up_to"))
    # With an old token nothing happens but the list anew, whose buttons carry the right one.
    if PressForm().validate():
        mark_seen(staff(), now=clock.now(), only=only, up_to=up_to)
    return redirect(url_for(".notices"), 303)


@bp.get("/mails")
def mails() -> Response:
    """Mails that have failed, the newest first, with the reason."""
    now = clock.now()
    rows = listed("failed", limit=_MOST_MAILS)
    lines = [
        {"row": row, "when": desk_moment(row.failed_at, now), "at": row.failed_at.isoformat()}
        for row in rows
        if row.failed_at
    ]
    values = {"lines": lines, "press": PressForm(formdata=None), "sent": request.args.get("again") == "yes"}
    return make_response(render_template("desk/mails.html", **values))


@bp.post("/mails")
def retry() -> AnyResponse:
    """Let the worker send a mail again."""
    require_complete()
    number = _id(request.form.get("only", ""))
    if number is None or not PressForm().validate():
        abort(400)
    send_again(number, now=clock.now())
    return redirect(url_for(".mails", again="yes"), 303)


def _line(row: StaffNotice) -> NoticeLine:
    number = str(row.payload.get("number", ""))
    said = notice_word(row.kind)
    when = desk_moment(row.created_at, clock.now())
    url = f"/desk/questions/{number}" if number else ""
    return NoticeLine(row.id, row.kind, said, number, url, when, row.created_at.isoformat())


def _older(shows_seen: bool, rows: Sequence[StaffNotice]) -> str:
    return url_for(".notices", before=rows[-1].id, seen="yes" if shows_seen else None)


def _id(written: str) -> int | None:
    is_one = written.isascii() and written.isdigit() and 0 < len(written) < 10
    return int(written) if is_one else None
