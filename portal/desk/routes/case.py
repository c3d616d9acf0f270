"""One case: its page, its files, and what is written in it."""

from flask import Response, abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.attachments.actions import UploadsGone
from portal.attachments.queries import attachment_by_public_id
from portal.attachments.serving import send_original, send_picture
from portal.desk.access import Case, case_of
from portal.desk.actions.answering import NewerArrived, WasMerged, add_note, answer_case
from portal.desk.actions.files import TooManyFiles
from portal.desk.actions.pending import ColleagueSends, hold
from portal.desk.forms.case import AnswerForm, CallForm, NoteForm, SheetForm
from portal.desk.queries.pending import draft_form
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.page import case_page, problem_of, refusal_of, refused, stopped, to_case
from portal.desk.routes.case_page.visit import Problem
from portal.desk.routes.case_page.writing import letter_for
from portal.desk.routes.files import comes_back, files_of_form
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.web.uploads import takes_uploads
from portal.keys.actions import StampUsed
from portal.questions.actions.answering import Answer, Channel, Then
from portal.questions.actions.sheet import write_line
from portal.questions.drafts import save_draft
from portal.questions.queries import is_message_of
from portal.questions.routes.question_page.reply import stamp_of_request
from portal.questions.rules import SheetLine
from portal.questions.thread.articles import numbers_in


@bp.get("/questions/<number:number>")
def case(number: str) -> Response:
    """Everything about one question on one page."""
    return case_page(number)


@bp.get("/questions/<number:number>/attachments/<public_id>")
def show_attachment(number: str, public_id: str) -> Response:
    """A file of this case, to be saved; with `?shown` the picture that was made of it."""
    question = case_of(number).question
    file = attachment_by_public_id(public_id)
    if file is None or file.owner_type != "message" or not is_message_of(file.owner_id or 0, question.id):
        abort(404)
    return send_picture(file) if "shown" in request.args else send_original(file)


@bp.post("/questions/<number:number>/answers")
@takes_uploads
def send_answer(number: str) -> AnyResponse:
    """An answer to the customer, in some seconds; something newer stops it, and text and files come back."""
    require_complete()
    opened, form = case_of(number), AnswerForm()
    problem, question_id, brought = _problem(opened, form), opened.question.id, files_of_form(form)
    if problem:
        return comes_back(number, question_id, brought, problem)
    if brought.received.refused:
        return comes_back(number, question_id, brought)
    given = Answer(str(form.body.data), stamp_of_request(), then=Then(form.then.data))
    seen, articles = str(form.seen.data or ""), numbers_in(given.body)
    by, now, files = actor_of(staff()), clock.now(), brought.files
    try:
        pending_id = hold(question_id, given, seen=seen, articles=articles, files=files, by=by, now=now)
    except (ColleagueSends, NewerArrived, StampUsed, TooManyFiles, UploadsGone, WasMerged) as error:
        if not isinstance(error, StampUsed | WasMerged):
            # The text is on the page only: whoever goes on to another case finds it here again.
            save_draft(staff().id, draft_form(question_id), {"body": given.body, "then": given.then.value}, now=now)
        blamed = "attachments" if isinstance(error, TooManyFiles | UploadsGone) else "body"
        return comes_back(number, question_id, brought, problem_of(error, blamed))
    return to_case(number, f"waiting-{pending_id}")


@bp.post("/questions/<number:number>/notes")
def write_note(number: str) -> AnyResponse:
    """An internal note; the same form twice is one."""
    require_complete()
    question, form = case_of(number).question, NoteForm()
    if not form.validate():
        return refused(number, form)
    try:
        note_id = add_note(
            question.id, str(form.note.data), stamp=stamp_of_request(), by=actor_of(staff()), now=clock.now()
        )
    except StampUsed as error:
        return stopped(number, error, "note")
    return to_case(number, f"note-{note_id}")


@bp.post("/questions/<number:number>/calls")
def log_call(number: str) -> AnyResponse:
    """A phone call: as an answer that the customer reads too, or as an internal note; the button decides."""
    require_complete()
    question, form, by = case_of(number).question, CallForm(), actor_of(staff())
    if not form.validate():
        return refused(number, form)
    text, stamp, now = str(form.call.data), stamp_of_request(), clock.now()
    try:
        if request.form.get("as") != "answer":
            return to_case(number, f"note-{add_note(question.id, text, stamp=stamp, by=by, now=now, kind='call')}")
        given = Answer(text, stamp, channel=Channel.PHONE)
        message_id = answer_case(question.id, given, seen=request.form.get("seen", ""), by=by, now=now)
    except (NewerArrived, StampUsed, WasMerged) as error:
        return stopped(number, error, "call")
    return to_case(number, f"message-{message_id}")


@bp.post("/questions/<number:number>/sheet/<line>")
def write_sheet(number: str, line: str) -> AnyResponse:
    """One line of the case sheet."""
    require_complete()
    if line not in list(SheetLine):
        abort(404)
    question, form = case_of(number).question, SheetForm()
    if not form.validate():
        return refused(number, form, f"line-{line}")
    write_line(question.id, SheetLine(line), str(form.line_text.data or ""), by=actor_of(staff()), now=clock.now())
    return to_case(number, "sheet")


def _problem(case: Case, form: AnswerForm) -> Problem | None:
    """What is wrong with an answer, before anything of it is kept."""
    if not form.validate():
        return refusal_of(form)
    if letter_for(case).says_nothing(str(form.body.data)):
        return Problem({"body": _("Please write what the customer is to read.")}, typed=request.form.to_dict())
    return None
