"""Drafts made of answers: agents propose them from a case, editors use or decline them."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import Case, case_of
from portal.desk.routes.blueprint import staff
from portal.editing.access import is_writable, proposal
from portal.editing.actions.proposing import Draft, decide, propose
from portal.editing.cleaning import cleaned, marks_in
from portal.editing.forms import Press, ProposalForm
from portal.editing.queries.cases import answers_in, names_in
from portal.editing.queries.versions import open_proposals, proposals_from
from portal.editing.routes.blueprint import bp, editor
from portal.editing.words import when
from portal.foundation import clock
from portal.foundation.forms import require_complete, require_pressed


@bp.get("/proposals")
def proposals() -> Response:
    """What colleagues proposed and nobody has decided about."""
    values = {"rows": open_proposals(), "when": when, "marks_in": marks_in}
    return make_response(render_template("editing/proposals.html", **values))


@bp.get("/proposals/<int:proposal_id>")
def show_proposal(proposal_id: int) -> Response:
    """One of them, with the two ways on."""
    found = proposal(proposal_id)
    values = {"proposal": found, "marks": marks_in(found.title, found.body), "press": Press(formdata=None)}
    return make_response(render_template("editing/proposal.html", when=when, is_writable=is_writable(), **values))


@bp.post("/proposals/<int:proposal_id>")
def decline(proposal_id: int) -> AnyResponse:
    """It becomes no article."""
    require_pressed(Press())
    found = proposal(proposal_id)
    decide(found.id, by=editor(), now=clock.now())
    return redirect(url_for(".proposals"), 303)


@bp.get("/from/<number:number>")
def draft(number: str) -> Response:
    """A cleaned draft of the answers in a case."""
    case = case_of(number)
    form = ProposalForm(formdata=None)
    names, language = names_in(case), case.question.language
    form.title.data = cleaned(case.question.subject, names, language=language)
    form.keywords.data = cleaned(case.question.searched_words, names, language=language)
    form.body.data = "\n\n".join(cleaned(text, names, language=language) for text in answers_in(case.question.id))
    return _page(case, form)


@bp.post("/from/<number:number>")
def send_draft(number: str) -> AnyResponse:
    """Propose it to the editors."""
    require_complete()
    case, form = case_of(number), ProposalForm()
    if not form.validate():
        return _page(case, form, status=form.refused_status)
    texts = (form.title.data, form.body.data, form.keywords.data, form.remark.data)
    title, body, keywords, remark = (str(text or "") for text in texts)
    draft = Draft(case.question.language, title, body, keywords=keywords, remark=remark)
    propose(draft, case.question.id, by=actor_of(staff()), now=clock.now())
    return redirect(url_for(".draft", number=case.question.number, proposed="yes"), 303)


def _page(case: Case, form: ProposalForm, *, status: int = 200) -> Response:
    values: dict[str, Any] = {
        "case": case,
        "form": form,
        "marks": marks_in(str(form.title.data or ""), str(form.body.data or "")),
        "earlier": proposals_from(case.question.id),
        "said": request.args.get("proposed") == "yes",
        "when": when,
    }
    return make_response(render_template("editing/draft.html", **values), status)
