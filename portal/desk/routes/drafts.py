"""An answer while it is being written: kept on the server, looked over, and shown as the customer will read it."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import Case, case_of
from portal.desk.actions.pending import discard
from portal.desk.advice import Advice, asked_again, found_phrases
from portal.desk.forms.writing import DraftForm
from portal.desk.phrases import PHRASES_FILE
from portal.desk.queries.known import known_facts
from portal.desk.queries.pending import draft_form
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.page import refusal_of, to_case
from portal.desk.routes.case_page.writing import letter_for
from portal.desk.routes.files import comes_back, files_of_form
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.web.uploads import takes_uploads
from portal.questions.drafts import discard_draft, save_draft


@bp.post("/questions/<number:number>/draft")
@takes_uploads
def keep_draft(number: str) -> AnyResponse | tuple[Any, int]:
    """Keep the answer as it is now, and look it over: a part for the script, the whole page without one."""
    require_complete()
    case, form, is_part = case_of(number), DraftForm(), "HX-Request" in request.headers
    is_right, question_id, brought = form.validate(), case.question.id, files_of_form(form)
    if not is_right:
        return ("", form.refused_status) if is_part else comes_back(number, question_id, brought, refusal_of(form))
    user_id, name, text = staff().id, draft_form(question_id), str(form.body.data or "")
    if form.do.data == "discard":
        discard(question_id, by=actor_of(staff()), now=clock.now())
        return to_case(number, "answer")
    is_empty = letter_for(case).says_nothing(text)
    if is_empty:
        discard_draft(user_id, name)
    else:
        save_draft(user_id, name, {"body": text, "then": request.form.get("then", "")[:16]}, now=clock.now())
    advice = _advice(case, "" if is_empty else text)
    if is_part:
        return render_template("desk/_advice.html", advice=advice), 200
    return comes_back(number, question_id, brought, typed={**request.form.to_dict(), "body": text}, advice=advice)


def _advice(case: Case, text: str) -> Advice:
    phrases = PHRASES_FILE.here()
    known = known_facts(case) if text else []
    return Advice(asked_again(text, known), found_phrases(text, phrases.in_language(case.question.language)), text)
