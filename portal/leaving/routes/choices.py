"""`/choice/<token>`: which contract is meant; for whoever reads the address on file of all of them (spec 2.14)."""

from datetime import date

from flask import Response, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.contracts.models import Contract
from portal.contracts.queries import contract_by_id
from portal.foundation import clock
from portal.foundation.web.never_refused import never_refused
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.leaving.actions.choosing import choices_of, choose_contracts
from portal.leaving.actions.recording import StateRefused
from portal.leaving.models import Declaration
from portal.leaving.queries.declarations import opened_by_key, with_further
from portal.leaving.routes.blueprint import bp, page_behind_key
from portal.leaving.rules.declarations import State
from portal.leaving.rules.documents import spoken_arrival

_ENDING = (State.EFFECTIVE_SET, State.ENDED)


@bp.get("/choice/<token>")
def show_choice(token: str) -> Response:
    """What was declared, and the contracts that fit; or what has become of it."""
    declaration, key = _asked(token)
    return _page(declaration, key, token)


@bp.post("/choice/<token>")
@never_refused
def choose(token: str) -> AnyResponse:
    """Give effect for what was chosen; pressing twice is one choice, nothing chosen comes back."""
    declaration, key = _asked(token)
    numbers = set(request.form.getlist("contract"))
    try:
        is_done = choose_contracts(declaration.id, numbers, address=key.address, now=clock.now())
    except StateRefused:
        is_done = True
    if not is_done:
        return _page(declaration, key, token, fault=_("Please choose at least one contract."), status=422)
    return redirect(url_for(".show_choice", token=token), 303)


def _asked(token: str) -> tuple[Declaration, Key]:
    found = declaration, key = opened_by_key(token, Purpose.CHOICE)
    # The holder reads it in the language of our question, whatever they wrote in.
    contracts = choices_of(declaration, key.address, now=clock.now()) or [one for one, _day in _known(declaration, key)]
    g.language = contracts[0].customer.language if contracts else declaration.language
    return found


def _known(declaration: Declaration, key: Key) -> list[tuple[Contract, date | None]]:
    """The contracts of that address to which it belongs by now, each with its last day."""
    standings = [each.standing for each in with_further(declaration)]
    rows = [
        (contract_by_id(each.contract_id), each.effective_on if each.state in _ENDING else None)
        for each in standings
        if each.contract_id
    ]
    return [(contract, day) for contract, day in rows if contract and contract.customer.email == key.address]


def _page(declaration: Declaration, key: Key, token: str, *, fault: str = "", status: int = 200) -> Response:
    return page_behind_key(
        "choice",
        url_for(".show_choice", token=token),
        status=status,
        token=token,
        declaration=declaration,
        received=spoken_arrival(declaration.received_at, declaration.zone, g.language, declaration.marks),
        choices=choices_of(declaration, key.address, now=clock.now()),
        known=_known(declaration, key),
        fault=fault,
    )
