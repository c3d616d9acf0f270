"""`/receipt/<token>`: the receipt, its file, a corrected address, and voluntary feedback (spec 2.9)."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, g, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from portal.customers.access import current_customer
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import db, hurried
from portal.foundation.limits import limiter
from portal.foundation.web.never_refused import never_refused
from portal.foundation.web.sessions import session_key
from portal.keys.access import LinkOver
from portal.keys.models import Key
from portal.keys.rules import Purpose
from portal.leaving import spool
from portal.leaving.actions.correcting import correct_address
from portal.leaving.actions.feedback import REASONS, give_feedback, new_mark
from portal.leaving.models import Declaration
from portal.leaving.notices.confirming import FILES, usable_address
from portal.leaving.queries.declarations import declaration_of_key, made_with, opened_by_key
from portal.leaving.receipts import MOST_CORRECTIONS, Receipt, is_proven, mail_state, receipt_of, receipt_of_waiting
from portal.leaving.routes.blueprint import bp, page_behind_key
from portal.leaving.rules.declarations import Arrival, Kind, Said

_KEPT_TYPED = 1000


def answer_with_receipt(declaration: Declaration | None, said: Said, arrival: Arrival, token: str) -> Response:
    """The answer to the button: the receipt itself, so that nothing can come between (spec 2.5)."""
    if declaration is None:
        return _page(receipt_of_waiting(said, arrival), token, is_fresh=True)
    return _page(receipt_of(declaration, arrival.language, now=clock.now(), is_proven=False), token, is_fresh=True)


@bp.get("/receipt/<token>")
def receipt(token: str) -> Response:
    """The receipt again, with what has become of the declaration since."""
    return _page(_receipt(token), token)


@bp.get("/receipt/<token>/download")
def download(token: str) -> Response:
    """The declaration as a text file to keep (§ 312k (3) BGB)."""
    found = _receipt(token)
    name = "-".join(filter(None, (FILES[found.language][found.kind], found.reference)))
    response = Response(found.document, mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.post("/receipt/<token>/address")
@never_refused
@limiter.limit("10/hour")
def correct(token: str) -> AnyResponse:
    """Send the confirmation to another address; the declaration itself stays as it is."""
    declaration, key = _stored(token)
    typed = request.form.get("email", "")[:_KEPT_TYPED]
    if not usable_address(typed):
        fault = _("This cannot be used as an email address. Please check it.")
        return _page(_shown(declaration, key), token, address_fault=fault, typed=typed, status=422)
    if not mail_state(declaration).can_correct:
        fault = _("We have sent the confirmation as often as we can for now. You can save your declaration here.")
        return _page(_shown(declaration, key), token, address_fault=fault, typed=typed, status=422)
    correct_address(declaration, typed, reader=made_with(key) or declaration, now=clock.now())
    return redirect(url_for(".receipt", token=token, _anchor="mail"), 303)


@bp.post("/receipt/<token>/feedback")
@never_refused
@limiter.limit("5/10 minutes;20/hour")
def feedback(token: str) -> AnyResponse:
    """Keep what somebody tells of their own accord, without any trace of who it was."""
    declaration, _key = _stored(token)
    reason, text, mark = (request.form.get(name, "") for name in ("reason", "text", "mark"))
    is_kept = give_feedback(Kind(declaration.kind), reason, text, mark=mark, language=declaration.language, on=_today())
    return redirect(url_for(".receipt", token=token, thanks="yes" if is_kept else "no", _anchor="feedback"), 303)


def _receipt(token: str) -> Receipt:
    """What this key opens: a row, or, while the database is away, a file."""
    try:
        with hurried():
            found = declaration_of_key(token, Purpose.RECEIPT, clock.now())
    except SQLAlchemyError:
        db.session.rollback()
        held = spool.waiting_of(token)
        if held is None:
            raise
    else:
        if found is not None:
            return _shown(*found)
        held = spool.waiting_of(token)
    if held is None:
        raise LinkOver
    g.language = held.arrival.language
    return receipt_of_waiting(held.said, held.arrival)


def _stored(token: str) -> tuple[Declaration, Key]:
    declaration, key = opened_by_key(token, Purpose.RECEIPT)
    g.language = _language(declaration, key)
    return declaration, key


def _shown(declaration: Declaration, key: Key) -> Receipt:
    g.language = _language(declaration, key)
    proven = is_proven(key, declaration.standing, customer_id=viewer_id())
    return receipt_of(declaration, g.language, now=clock.now(), is_proven=proven)


def _language(declaration: Declaration, key: Key) -> str:
    """That in which whoever has this key declared; the same words may have come in another one before."""
    return (made_with(key) or declaration).language


def viewer_id() -> int | None:
    """The customer who is signed in, if anybody is."""
    customer = current_customer() if session_key() else None
    return customer.id if customer else None


def _page(found: Receipt, token: str, *, is_fresh: bool = False, status: int = 200, **more: Any) -> Response:
    given = {
        "address_fault": "",
        "typed": "",
        "thanks": request.args.get("thanks", ""),
        "said_back": request.args.get("back", ""),
    } | more
    return page_behind_key(
        "receipt",
        url_for(".receipt", token=token),
        status=status,
        receipt=found,
        kind=found.kind.value,
        token=token,
        is_fresh=is_fresh,
        most=MOST_CORRECTIONS,
        reasons=_shuffled() if found.can_give_feedback else (),
        mark=new_mark(),
        **given,
    )


def _shuffled() -> Sequence[tuple[str, str]]:
    """The reasons in another order each time, so that none is favoured (spec 2.10)."""
    return random.SystemRandom().sample([(name, str(sentence)) for name, sentence in REASONS.items()], len(REASONS))


def _today() -> date:
    return clock.today(COMPANY.here().zone)
