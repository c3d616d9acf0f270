"""The letter with a confirmation that no mail could bring: its page to print, and that it was posted."""

from flask import Response, abort, g, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from portal.contracts.queries import contract_by_id
from portal.desk.routes.blueprint import bp
from portal.desk.routes.declaration_verbs import done_with
from portal.desk.routes.declarations import load
from portal.foundation import clock
from portal.leaving.actions.declaring import trader
from portal.leaving.actions.redelivering import post_letter
from portal.leaving.notices.confirming import document_of
from portal.leaving.queries.deliveries import waiting_letter


@bp.get("/declarations/<reference>/letter")
def letter(reference: str) -> Response:
    """The letter in the language of the declaration: postal address, wording, and the exact date once it is set."""
    found = load(reference)
    contract = contract_by_id(found.standing.contract_id) if found.standing.contract_id else None
    if contract is None or waiting_letter(found.id) is None:
        abort(404)
    g.language = found.language
    values = {
        "declaration": found,
        "contract": contract,
        "document": document_of(found)[1],
        "sender": trader(),
        "today": clock.now(),
        "translations": {},
    }
    return make_response(render_template("desk/letter.html", **values))


@bp.post("/declarations/<reference>/letter")
def letter_posted(reference: str) -> AnyResponse:
    """It lies in the letter box of the post."""
    return done_with(reference, lambda each, by: post_letter(each, by=by, now=clock.now()))
