"""Take a cancellation back: with the receipt that proves the holder, or in the account (spec leaving 2.11)."""

from typing import Any

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of, current_user
from portal.accounts.forms import PressForm
from portal.contracts.queries import contracts_of
from portal.customers.access import current_customer
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.keys.rules import Purpose
from portal.leaving.actions.retracting import TooLate, wish_back
from portal.leaving.models import Declaration
from portal.leaving.queries.declarations import declaration_of_key, declaration_of_reference
from portal.leaving.receipts import is_proven
from portal.leaving.routes.blueprint import bp
from portal.leaving.routes.receipts import viewer_id


@bp.post("/receipt/<token>/retraction")
def take_back(token: str) -> AnyResponse:
    """The holder wants to go on: proven by a receipt from a mail to the address on file, or signed in."""
    declaration, key = declaration_of_key(token, Purpose.RECEIPT, clock.now()) or abort(404)
    if not is_proven(key, declaration.standing, customer_id=viewer_id()):
        abort(404)
    said = _wish(declaration, "receipt")
    return redirect(url_for(".receipt", token=token, back=said, _anchor="next"), 303)


@bp.post("/<language:language>/account/declarations/<reference>/retraction")
def take_back_in_account(reference: str) -> AnyResponse:
    """The same for somebody who is signed in, for their own contracts; strangers get the 404 of what is not there."""
    require_complete()
    customer = current_customer() or abort(404)
    declaration = declaration_of_reference(reference[:20].upper()) or abort(404)
    if declaration.standing.contract_id not in {each.id for each in contracts_of(customer.id)}:
        abort(404)
    if not PressForm().validate():
        return redirect(url_for("customers.overview", _anchor="declarations"), 303)
    user = current_user()
    said = _wish(declaration, "account", by=actor_of(user) if user else None)
    return redirect(url_for("customers.overview", back=said, _anchor="declarations"), 303)


def _wish(declaration: Declaration, way: str, **named: Any) -> str:
    try:
        return "agreed" if wish_back(declaration.id, now=clock.now(), way=way, **named) else "asked"
    except TooLate:
        return "late"
