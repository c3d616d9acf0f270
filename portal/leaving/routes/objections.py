"""`/objection/<token>`: the holder of a contract says "this was not me", without signing in (spec leaving 1.9, 2.4)."""

from typing import Any

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.contracts.queries import contract_by_id
from portal.foundation import clock
from portal.foundation.security import typed_text
from portal.foundation.web.never_refused import never_refused
from portal.keys.rules import Purpose
from portal.leaving.actions.objecting import TEXT_LIMIT, object_to
from portal.leaving.actions.recording import StateRefused
from portal.leaving.models import Declaration
from portal.leaving.queries.declarations import opened_by_key
from portal.leaving.routes.blueprint import bp, page_behind_key
from portal.leaving.rules.declarations import State
from portal.leaving.rules.documents import spoken_arrival


@bp.get("/objection/<token>")
def show_objection(token: str) -> Response:
    """What was declared, and one button; or what has become of the objection."""
    return _page(_declaration(token), token)


@bp.post("/objection/<token>")
@never_refused
def object_by_link(token: str) -> AnyResponse:
    """Freeze what cannot be undone, and tell both sides; pressing twice is one objection."""
    declaration = _declaration(token)
    try:
        object_to(declaration.id, typed_text(request.form.get("remark", ""))[:TEXT_LIMIT], now=clock.now())
    except StateRefused:
        return _page(declaration, token, status=409)
    return redirect(url_for(".show_objection", token=token), 303)


def _declaration(token: str) -> Declaration:
    found, _key = opened_by_key(token, Purpose.OBJECTION)
    contract = contract_by_id(found.standing.contract_id)
    # The holder reads it in their own language, whatever the sender wrote in.
    g.language = contract.customer.language if contract else found.language
    return found


def _page(declaration: Declaration, token: str, *, status: int = 200) -> Response:
    standing = declaration.standing
    contract = contract_by_id(standing.contract_id)
    values: dict[str, Any] = {
        "token": token,
        "declaration": declaration,
        "contract": contract,
        "received": spoken_arrival(declaration.received_at, declaration.zone, g.language, declaration.marks),
        "is_contested": standing.state == State.CONTESTED,
        "is_open": standing.state in (State.MATCHED, State.EFFECTIVE_SET),
        "ends_on": standing.effective_on,
        "until": standing.objection_until,
        "most": TEXT_LIMIT,
    }
    return page_behind_key("objection", url_for(".show_objection", token=token), status=status, **values)
