"""The customer says what would be fair, and agrees to what was proposed."""

from functools import partial

from flask import Response, request

from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.limits import limiter
from portal.questions.actions.fairness import NoRound, Wish, agree, make_wish
from portal.questions.forms.fairness import WishForm
from portal.questions.routes.blueprint import bp
from portal.questions.routes.pressing import pressed, to_page
from portal.questions.routes.question_page.page import open_or_lost, question_page, refused
from portal.questions.routes.question_page.visit import Forms, problem_of


@bp.post("/<number:number>/fairness")
@limiter.limit("30/10 minutes")
def wish(number: str) -> Response:
    """What would be fair; it begins our turn."""
    require_complete()
    texts = {name: request.form.get(name, "")[:20_000] for name in ("fair", "just_enough", "matters_most")}
    opened = open_or_lost(number, **texts)
    if isinstance(opened, Response):
        return opened
    form = WishForm()
    forms = Forms(wish=form)
    if not form.validate():
        forms.problem = problem_of(form)
        return question_page(opened, forms)
    said = Wish(*(str(each.data or "") for each in (form.fair, form.just_enough, form.matters_most)))
    try:
        make_wish(opened, said, now=clock.now())
    except NoRound as error:
        return refused(number, error, forms)
    return to_page(number, "fairness")


@bp.post("/<number:number>/fairness/agreement")
@limiter.limit("30/10 minutes")
def agree_to(number: str) -> Response:
    """What was proposed is fair."""
    return pressed(number, partial(agree, now=clock.now()), leads_to="fairness", refuses=NoRound)
