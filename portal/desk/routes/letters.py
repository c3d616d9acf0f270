"""The letter with a confirmation that no mail could bring: its page to print, and that it was posted."""

from flask import Response, abort, g, make_response, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.contracts.queries import contract_by_id
from portal.desk.routes.blueprint import bp
from portal.desk.routes.declaration_verbs import done_with
from portal.desk.routes.declarations import load
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.leaving.actions.redelivering import post_letter
from portal.leaving.notices.confirming import document_of
from portal.leaving.queries.company import trader
from portal.leaving.queries.deliveries import waiting_letter
from portal.leaving.rules.declarations import Kind, State
from portal.leaving.rules.documents import spoken_arrival
from portal.leaving.rules.work import Flag


@bp.get("/declarations/<reference>/letter")
def letter(reference: str) -> Response:
    """The letter in the language of the declaration: postal address, wording, and the exact date once it is set."""
    found = load(reference)
    contract = contract_by_id(found.standing.contract_id)
    waiting = waiting_letter(found.id)
    if contract is None or waiting is None:
        abort(404)
    # What only the holder is told is in the holder's language, and says nothing that a sender typed.
    is_notice = waiting.document == "d3"
    language = contract.customer.language if is_notice else found.language
    g.language, standing, company = language, found.standing, COMPANY.here()
    site = CONFIG.here().url
    is_set = standing.state in (State.EFFECTIVE_SET, State.ENDED)
    values = {
        "declaration": found,
        "contract": contract,
        "is_cancellation": found.kind == Kind.CANCELLATION,
        "ends_on": standing.effective_on if is_set else None,
        "until": standing.objection_until if standing.state in (State.MATCHED, State.EFFECTIVE_SET) else None,
        "document": "" if is_notice else document_of(found)[1],
        "is_notice": is_notice,
        "is_new_address": Flag.ADDRESS_NEW in standing.flags,
        "received": spoken_arrival(found.received_at, found.zone, language, found.marks),
        "sender": trader(),
        "letter_lines": company.sections.get("letter", {}).get("lines", ()),
        "contact_page": site + url_for("contact.show", language=language),
        "today": clock.now(),
    }
    return make_response(render_template("desk/letter.html", **values))


@bp.post("/declarations/<reference>/letter")
def letter_posted(reference: str) -> AnyResponse:
    """It lies in the letter box of the post."""
    return done_with(reference, lambda each, by: post_letter(each, by=by, now=clock.now()))
