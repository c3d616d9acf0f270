"""Mark a question as solved, judge it, confirm the address, object to a line of the case sheet."""

from functools import partial

from flask import Response, request

from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.questions.actions.closing import mark_solved
from portal.questions.actions.people import confirm_address
from portal.questions.actions.rating import NotOver, rate
from portal.questions.actions.sheet import object_to_line
from portal.questions.forms.thread import ObjectionForm, RatingForm
from portal.questions.routes.blueprint import bp
from portal.questions.routes.pressing import pressed, to_page
from portal.questions.routes.question_page.page import open_or_lost, question_page, refused
from portal.questions.routes.question_page.visit import Forms, problem_of
from portal.questions.rules import Face, SheetLine


@bp.post("/<number:number>/closure")
@limiter.limit("30/10 minutes")
def close(number: str) -> Response:
    """The customer says that it is solved."""
    return pressed(number, partial(mark_solved, now=clock.now()), leads_to="ending")


@bp.post("/<number:number>/confirmation")
@limiter.limit("30/10 minutes")
def confirm(number: str) -> Response:
    """Whoever came by a mailed link confirms the address; without one nothing happens."""
    return pressed(number, partial(confirm_address, now=clock.now()))


@bp.post("/<number:number>/rating")
@limiter.limit("30/10 minutes")
def give_rating(number: str) -> Response:
    """One of three faces and a sentence; sent again, it replaces what was said before."""
    require_complete()
    opened = open_or_lost(number, choice="face", sentence=request.form.get("sentence", "")[:20_000])
    if isinstance(opened, Response):
        return opened
    form = RatingForm()
    forms = Forms(rating=form)
    if not form.validate():
        forms.problem = problem_of(form)
        return question_page(opened, forms)
    try:
        rate(opened, Face(form.face.data), str(form.sentence.data or ""), now=clock.now())
    except NotOver as error:
        return refused(number, error, forms)
    return to_page(number, "ending")


@bp.post("/<number:number>/sheet/objection")
@limiter.limit("30/10 minutes")
def give_objection(number: str) -> Response:
    """A line of the case sheet is not right."""
    require_complete()
    opened = open_or_lost(number, choice="line", remark=request.form.get("remark", "")[:20_000])
    if isinstance(opened, Response):
        return opened
    form = ObjectionForm()
    if not form.validate():
        return question_page(opened, Forms(objection=form, problem=problem_of(form)))
    object_to_line(opened, SheetLine(form.line.data), str(form.remark.data or ""), now=clock.now())
    return to_page(number, "sheet")
