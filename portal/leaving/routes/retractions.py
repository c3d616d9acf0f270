"""Take a cancellation back, or say which of two holds: by a receipt that proves the holder, or in the account."""

from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of, current_user
from portal.accounts.forms import PressForm
from portal.contracts.queries import contracts_of
from portal.customers.access import current_customer
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.keys.rules import Purpose
from portal.leaving.actions.recording import StateRefused
from portal.leaving.actions.retracting import TooLate, wish_back
from portal.leaving.actions.settling import let_earlier_hold, wish_later
from portal.leaving.models import Declaration
from portal.leaving.queries.declarations import declaration_of_reference, opened_by_key
from portal.leaving.receipts import is_proven
from portal.leaving.routes.blueprint import bp
from portal.leaving.routes.receipts import viewer_id


@bp.post("/receipt/<token>/retraction")
def take_back(token: str) -> AnyResponse:
    """The holder wants to go on: proven by a receipt from a mail to the address on file, or signed in."""
    said = _wish(_proven(token), "receipt")
    return redirect(url_for(".receipt", token=token, back=said, _anchor="next"), 303)


@bp.post("/receipt/<token>/end")
def settle(token: str) -> AnyResponse:
    """The holder says which of two ends holds, proven by a receipt from a mail to the address on file."""
    said = _choose(_proven(token), "receipt")
    return redirect(url_for(".receipt", token=token, back=said, _anchor="next"), 303)


@bp.post("/<language:language>/account/declarations/<reference>/retraction")
def take_back_in_account(reference: str) -> AnyResponse:
    """The same for somebody who is signed in, for their own contracts; strangers get the 404 of what is not there."""
    declaration = _own(reference)
    if not PressForm().validate():
        return redirect(url_for("customers.overview", _anchor="declarations"), 303)
    user = current_user()
    said = _wish(declaration, "account", by=actor_of(user) if user else None)
    return redirect(url_for("customers.overview", back=said, _anchor="declarations"), 303)


@bp.post("/<language:language>/account/declarations/<reference>/end")
def settle_in_account(reference: str) -> AnyResponse:
    """Which of two ends holds, for somebody who is signed in."""
    declaration = _own(reference)
    said = _choose(declaration, "account") if PressForm().validate() else None
    return redirect(url_for("customers.overview", back=said, _anchor="declarations"), 303)


def _proven(token: str) -> Declaration:
    """The declaration of a receipt that went to the address on file; 404 for whoever only pressed the button."""
    declaration, key = opened_by_key(token, Purpose.RECEIPT)
    if not is_proven(key, declaration.standing, customer_id=viewer_id()):
        abort(404)
    return declaration


def _own(reference: str) -> Declaration:
    """A declaration about a contract of whoever is signed in."""
    require_complete()
    customer = current_customer() or abort(404)
    declaration = declaration_of_reference(reference[:20].upper()) or abort(404)
    if declaration.standing.contract_id not in {each.id for each in contracts_of(customer.id)}:
        abort(404)
    return declaration


def _wish(declaration: Declaration, way: str, **named: Any) -> str:
    try:
        return "agreed" if wish_back(declaration.id, now=clock.now(), way=way, **named) else "asked"
    except TooLate:
        return "late"


def _choose(declaration: Declaration, way: str) -> str:
    end = request.form.get("end")
    if end not in ("earlier", "later"):
        return "unchosen"
    try:
        if end == "later":
            return "chosen" if wish_later(declaration.id, now=clock.now(), way=way) else "noted"
        let_earlier_hold(declaration.id, now=clock.now())
    except (StateRefused, TooLate):
        return "late"
    return "chosen"
