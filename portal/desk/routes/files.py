"""Files of an answer that is being written: they are sent to the case one by one, or with its form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, abort, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.attachments.actions import Received
from portal.attachments.incoming import KEYS, new_files, sender_of_request
from portal.attachments.keeping import kept_files
from portal.attachments.queries import attachment_by_public_id
from portal.attachments.rules import KEPT
from portal.attachments.serving import send_picture
from portal.desk.access import case_of
from portal.desk.actions.files import FormFiles, files_going_out, keep_files, remove_file
from portal.desk.advice import Advice
from portal.desk.forms.case import DeskPress
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.files import files_field, lines_of
from portal.desk.routes.case_page.page import case_page, refused
from portal.desk.routes.case_page.visit import Problem
from portal.foundation import clock
from portal.foundation.forms import PersonForm, require_complete
from portal.foundation.limits import limiter
from portal.foundation.web.uploads import takes_uploads

# So many names are looked at; more than go with an answer, so that it can be said.
_MOST_NAMES = 20


@dataclass(frozen=True)
class Brought:
    """What a form of the box to the customer brought along."""

    shown: list[str]
    received: Received

    @property
    def files(self) -> FormFiles:
        """For the action that sends them."""
        new = self.received.accepted
        ids, contents = {each.key: each.attachment.id for each in new}, [each.attachment.sha256 for each in new]
        return FormFiles(self.shown, ids, contents)


def files_of_form(form: PersonForm) -> Brought:
    """The files of a form that was validated; call it once, outside of any transaction. A wrong token brings none."""
    if form.token.errors:
        return Brought([], Received())
    shown = list(dict.fromkeys(request.form.getlist(KEYS)))[:_MOST_NAMES]
    return Brought(shown, new_files(sender_of_request(staff().email), held=len(shown)))


def comes_back(
    number: str,
    question_id: int,
    brought: Brought,
    problem: Problem | None = None,
    *,
    typed: Mapping[str, str] | None = None,
    advice: Advice | None = None,
) -> Response:
    """The page again, with the form as it was typed; its new files wait in the case, and refused ones are named."""
    keep_files(question_id, brought.received.keys, by=actor_of(staff()), now=clock.now())
    if refusals := [each.sentence for each in brought.received.refused]:
        said = {"attachments": _("A file could not be taken. Your text is still here.")}
        problem = problem or Problem({}, typed=typed or request.form.to_dict())
        problem = replace(problem, faults={**problem.faults, **said}, files=refusals)
    return case_page(number, problem, typed=typed, advice=advice)


@bp.post("/questions/<number:number>/files")
@takes_uploads
@limiter.limit("60 per 10 minutes")
def add_files(number: str) -> Response:
    """Files for the answer, before it is sent; the answer is one line of the form's list for each."""
    require_complete()
    question, form, person = case_of(number).question, DeskPress(), staff()
    if not form.validate():
        return make_response("", form.refused_status)
    out = files_going_out(question.id)
    here = [each for each in kept_files(question.id) if each.keeper_id == person.id and each.id not in out]
    received = new_files(sender_of_request(person.email), held=len(here))
    keep_files(question.id, received.keys, by=actor_of(person), now=clock.now())
    refusals = [each.sentence for each in received.refused]
    new = [each.attachment for each in received.accepted]
    return make_response(lines_of(files_field(question.number, new, refusals)))


@bp.get("/questions/<number:number>/files/<public_id>")
def show_file(number: str, public_id: str) -> Response:
    """The small picture of an own file that waits in the case."""
    question, file = case_of(number).question, attachment_by_public_id(public_id)
    if file is None or (file.owner_type, file.owner_id, file.keeper_id) != (KEPT, question.id, staff().id):
        abort(404)
    return send_picture(file)


@bp.post("/questions/<number:number>/files/removal")
@takes_uploads
def remove_file_of_answer(number: str) -> AnyResponse:
    """Throw an own file away: its button sends the whole form, a script its name alone (`key`)."""
    require_complete()
    question, form, by = case_of(number).question, DeskPress(), actor_of(staff())
    is_part = "key" in request.form
    if not form.validate():
        return Response(status=form.refused_status) if is_part else refused(number, form)
    remove_file(question.id, request.form.get("key") or request.form.get("remove", ""), by=by, now=clock.now())
    if is_part:
        return Response(status=204)
    return comes_back(number, question.id, files_of_form(form), typed=request.form.to_dict())
