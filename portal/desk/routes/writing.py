"""Help with writing an answer: saved replies, as a list for the script and as a form for whoever has none."""

import json

from flask import Response, abort, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from portal.desk.access import case_of
from portal.desk.forms.writing import InsertForm
from portal.desk.routes.blueprint import bp
from portal.desk.routes.case_page import case_page, refused
from portal.desk.routes.writing_parts import filled, letter_for, replies_for
from portal.foundation.forms import require_complete


@bp.get("/questions/<number:number>/replies")
def replies(number: str) -> Response:
    """Every saved reply with its text for this case: title, keywords, text."""
    case = case_of(number)
    found = [
        {"title": each.title, "words": " ".join(each.keywords), "text": filled(each, case)}
        for each in replies_for(case)
    ]
    response = make_response(json.dumps(found))
    response.mimetype = "application/json"
    return response


@bp.post("/questions/<number:number>/insertion")
def insert(number: str) -> AnyResponse:
    """The page again with a saved reply in the answer, and everything else as it was typed; nothing is sent."""
    require_complete()
    case, form = case_of(number), InsertForm()
    if not form.validate():
        return refused(number, form, "body")
    reply = next((each for each in replies_for(case) if each.slug == form.reply.data), None)
    if reply is None:
        abort(404)
    text = letter_for(case).insert(str(form.body.data or ""), filled(reply, case))
    return case_page(number, typed={**request.form.to_dict(), "body": text})
