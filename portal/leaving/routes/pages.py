"""`/kuendigen`, `/cancel`, `/widerrufen`, `/withdraw`: one sealed page each, one form, one button (spec 2.2, 2.3)."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.foundation.process.skew import CLOCK_COMPARISON
from portal.foundation.web.never_refused import never_refused
from portal.leaving.actions.taking import take
from portal.leaving.counting import LEAVING_TALLY, took
from portal.leaving.forms import Stamp, is_trapped, read_raw, read_said, read_stamp
from portal.leaving.queries.company import legal_zone
from portal.leaving.routes.blueprint import bp
from portal.leaving.routes.page_parts import (
    form_sha256,
    is_crowded,
    keep_form_page,
    own_values,
    sealed_page,
    token_of,
    typed_values,
)
from portal.leaving.routes.receipts import answer_with_receipt
from portal.leaving.rules.declarations import Arrival, Channel, Kind
from portal.leaving.rules.documents import LABEL_VERSION, UNCERTAIN

# Stable addresses, one for each language; nothing redirects here.
PLACES = (
    ("/kuendigen", Kind.CANCELLATION, "de"),
    ("/cancel", Kind.CANCELLATION, "en"),
    ("/widerrufen", Kind.WITHDRAWAL, "de"),
    ("/withdraw", Kind.WITHDRAWAL, "en"),
)


def show(kind: str) -> Response:
    """The empty form, or that of somebody who is signed in, filled with what we know; it can all be changed."""
    values = own_values()
    if not g.get("is_unattended"):
        LEAVING_TALLY.here().count(kind, g.language, "opened", on=clock.today(_zone()))
    return sealed_page(Kind(kind), values)


@never_refused
def send(kind: str) -> AnyResponse:
    """Take the declaration, whoever sends it from wherever; only one that points to nobody is given back (422)."""
    now = clock.now()
    form, asked = request.form, Kind(kind)
    said, stamp = read_said(form, asked), read_stamp(form)
    if not said.points_to_somebody:
        LEAVING_TALLY.here().count(kind, g.language, "empty", on=clock.today(_zone()))
        return sealed_page(asked, typed_values(form, asked), is_empty=True, status=422)
    arrival = _arrival(asked, stamp, now)
    token = token_of(said, stamp)
    try:
        taken = take(said, arrival, token=token)
    except OSError:
        current_app.logger.exception("alarm: a declaration could be stored nowhere")
        return sealed_page(asked, typed_values(form, asked), is_lost=True, status=503)
    _count(kind, stamp, is_new=taken.is_new)
    return answer_with_receipt(taken.declaration, said, arrival, token)


def _arrival(kind: Kind, stamp: Stamp, now: Any) -> Arrival:
    shown = form_sha256(kind, g.language)
    keep_form_page(kind, g.language)
    checks: dict[str, Callable[[], bool]] = {
        "trap": lambda: is_trapped(request.form),
        "crowd": is_crowded,
        UNCERTAIN: lambda: CLOCK_COMPARISON.here().is_uncertain,
        "old_page": lambda: bool(stamp.page) and stamp.page != shown[:12],
    }
    return Arrival(
        channel=Channel.WEB,
        declared_at=now,
        received_at=now,
        zone=legal_zone(),
        language=g.language,
        url=CONFIG.here().url + request.path,
        page_version=stamp.page or shown[:12],
        label_version=LABEL_VERSION,
        form_sha256=shown,
        stamp=stamp.text,
        raw=read_raw(request.form, kind),
        marks=tuple(name for name, is_so in checks.items() if is_so()),
    )


def _count(kind: str, stamp: Stamp, *, is_new: bool) -> None:
    if is_new:
        lasted = [took(clock.now().timestamp() - stamp.opened)] if stamp.opened else []
        LEAVING_TALLY.here().count(kind, g.language, "sent", *lasted, on=clock.today(_zone()))


def _zone() -> ZoneInfo:
    return COMPANY.here().zone


for path, kind_here, language in PLACES:
    fixed = {"kind": kind_here.value, "language": language}
    bp.add_url_rule(path, "show", show, methods=["GET"], defaults=fixed)
    bp.add_url_rule(path, "send", send, methods=["POST"], defaults=fixed)
