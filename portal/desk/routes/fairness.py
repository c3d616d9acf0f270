"""Ask the customer what would be fair, and answer what they said."""

from decimal import Decimal, InvalidOperation

from flask import abort
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.desk.access import case_of
from portal.desk.forms.case import DeskPress, FairForm
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.fairness import fair_answers
from portal.desk.routes.case_page.page import refused, stopped, to_case
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.questions.actions.fairness import NoRound, Verdict, answer_wish, open_round
from portal.questions.queries import rounds_of
from portal.questions.rules import FairAnswer

_MOST = Decimal("99999999.99")


@bp.post("/questions/<number:number>/fairness")
def ask_fair(number: str) -> AnyResponse:
    """Staff ask; the customer is told by mail."""
    require_complete()
    question, form = case_of(number).question, DeskPress()
    if not form.validate():
        return refused(number, form)
    open_round(question.id, by=actor_of(staff()), now=clock.now())
    return to_case(number, "fairness")


@bp.post("/questions/<number:number>/fairness/answer")
def answer_fair(number: str) -> AnyResponse:
    """Accept, propose, explain, or decide; what an agent may not decide is refused."""
    require_complete()
    question, form = case_of(number).question, FairForm()
    is_right, amount = form.validate(), _amount_in(form)
    if not is_right or form.errors:
        return refused(number, form)
    rounds = rounds_of(question.id)
    allowed = [answer for answer, _word in fair_answers(rounds[-1].turn)] if rounds else []
    if form.fair_answer.data not in allowed:
        abort(404)
    verdict = Verdict(FairAnswer(form.fair_answer.data), str(form.explanation.data), amount)
    try:
        answer_wish(question.id, verdict, by=actor_of(staff()), now=clock.now())
    except NoRound as error:
        return stopped(number, error)
    return to_case(number, "fairness")


def _amount_in(form: FairForm) -> Decimal | None:
    """The amount; what is none becomes an error of its field."""
    try:
        return read_amount(str(form.fair_amount.data or ""))
    except InvalidOperation:
        form.fair_amount.errors = [_("Please write the amount like 25 or 25,50.")]
        return None


def read_amount(typed: str) -> Decimal | None:
    """`25`, `25,50` or `25.50`; None for nothing, InvalidOperation for anything else."""
    plain = typed.replace("€", "").replace(",", ".").strip()
    if not plain:
        return None
    amount = Decimal(plain)
    if not amount.is_finite() or not 0 <= amount <= _MOST or amount != amount.quantize(Decimal("0.01")):
        raise InvalidOperation
    return amount
