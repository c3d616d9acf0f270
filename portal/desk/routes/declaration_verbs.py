"""What can be done with a declaration, each a form with one button; decisions about ends are for leads."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import actor_of
from portal.contracts.queries import contract_by_number
from portal.desk.forms.case import DeskPress
from portal.desk.forms.declarations import ContractChoice, DecisionForm, ObjectionForm
from portal.desk.routes.blueprint import bp, staff
from portal.desk.routes.case_page.page import problem_of, refusal_of
from portal.desk.routes.declarations import declaration_page, load
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import PersonForm, require_complete
from portal.journal.rules import Actor
from portal.leaving.actions import deciding, objecting, retracting, settling
from portal.leaving.actions.matching import assign_by_hand
from portal.leaving.queries.standings import objections_of


class NoSuchContract(PortalError):
    """There is no contract with the number that was typed."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("There is no contract with this number. Look for it under “All contracts”."))


class NothingPressed(PortalError):
    """A decision arrived without the button that says which way it goes."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("Nothing was chosen, so nothing was done. Please press one of the two buttons."))


class AlreadyObjected(PortalError):
    """Somebody has written down an objection before this one."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("An objection was written down already. What you wrote was not kept."))


def done_with(
    reference: str, act: Callable[[int, Actor], object], form: PersonForm | None = None, where: str = ""
) -> AnyResponse:
    """Load, validate, act, go back to the declaration; what is refused comes back with the sentence.

    Pressed twice it is one decision: the second press leads to the page that shows what was done.
    Without a `form` there is nothing but the button; `where` is its field that is blamed when the action refuses.
    """
    require_complete()
    found, form = load(reference), form or DeskPress()
    if not form.validate():
        return declaration_page(found, refusal_of(form))
    try:
        act(found.id, actor_of(staff()))
        done = "yes"
    except deciding.SentBefore as before:
        done = before.word
    except PortalError as error:
        return declaration_page(load(reference), problem_of(error, where))
    return redirect(url_for(".declaration", reference=found.reference, done=done), 303)


@bp.post("/declarations/<reference>/assignment")
def assign_declaration(reference: str) -> AnyResponse:
    """Assign it to the contract with the typed or chosen number."""
    form = ContractChoice()

    def act(declaration_id: int, by: Actor) -> None:
        contract = contract_by_number(str(form.contract.data or ""))
        if contract is None:
            raise NoSuchContract
        assign_by_hand(declaration_id, contract, by=by, now=clock.now())

    return done_with(reference, act, form, "contract")


@bp.post("/declarations/<reference>/question")
def ask_about_declaration(reference: str) -> AnyResponse:
    """Ask the sender which contract is meant."""
    return done_with(reference, lambda each, by: deciding.ask_back(each, by=by, now=clock.now()))


@bp.post("/declarations/<reference>/confirmation")
def confirm_end(reference: str) -> AnyResponse:
    """Send the exact date to the address on file."""
    return done_with(reference, lambda each, by: deciding.confirm_again(each, by=by, now=clock.now()))


@bp.post("/declarations/<reference>/cause")
def judge_cause(reference: str) -> AnyResponse:
    """The cause suffices, or the ordinary end holds."""
    return done_with(
        reference,
        lambda each, by: deciding.judge_cause(
            each, is_accepted=_is_pressed("accept", "ordinary"), by=by, now=clock.now()
        ),
    )


@bp.post("/declarations/<reference>/day")
def judge_day(reference: str) -> AnyResponse:
    """The day before counts as that of the receipt, or the day of arrival."""
    return done_with(
        reference,
        lambda each, by: deciding.judge_day(
            each, is_day_before=_is_pressed("before", "arrival"), by=by, now=clock.now()
        ),
    )


@bp.post("/declarations/<reference>/button")
def mark_button(reference: str) -> AnyResponse:
    """The shop did not show the button, or did."""
    return done_with(
        reference,
        lambda each, by: deciding.mark_missing_button(
            each, is_missing=_is_pressed("missing", "there"), by=by, now=clock.now()
        ),
    )


@bp.post("/declarations/<reference>/objection")
def write_objection(reference: str) -> AnyResponse:
    """The holder objects by phone, letter or mail."""
    form = ObjectionForm()
    remark = str(form.remark.data or "")

    def act(declaration_id: int, by: Actor) -> None:
        is_first = objecting.object_to(declaration_id, remark, now=clock.now(), way="desk", by=by)
        # The same press twice is no second objection; other words would be lost.
        if not is_first and remark not in [each.remark for each in objections_of(declaration_id)]:
            raise AlreadyObjected

    return done_with(reference, act, form)


@bp.post("/declarations/<reference>/decision")
def decide_objection(reference: str) -> AnyResponse:
    """The declaration counts, or it was never the holder's."""
    form = DecisionForm()
    why = str(form.why.data or "")
    return done_with(
        reference,
        lambda each, by: objecting.decide_objection(
            each, is_valid=_is_pressed("valid", "void"), why=why, by=by, now=clock.now()
        ),
        form,
    )


@bp.post("/declarations/<reference>/retraction")
def decide_retraction(reference: str) -> AnyResponse:
    """Agree that the contract goes on, or say that the cancellation stands."""
    return done_with(
        reference,
        lambda each, by: retracting.decide_retraction(
            each, is_accepted=_is_pressed("agree", "refuse"), by=by, now=clock.now()
        ),
    )


@bp.post("/declarations/<reference>/end")
def settle_end(reference: str) -> AnyResponse:
    """Which of two ends holds, as the holder has said."""

    def act(declaration_id: int, by: Actor) -> None:
        settle = settling.let_later_hold if _is_pressed("later", "earlier") else settling.let_earlier_hold
        settle(declaration_id, by=by, now=clock.now())

    return done_with(reference, act)


@bp.post("/declarations/<reference>/authority")
def doubt_authority(reference: str) -> AnyResponse:
    """Somebody acts for the holder: the three days begin to count visibly."""
    return done_with(reference, lambda each, by: deciding.mark_agent(each, by=by, now=clock.now()))


@bp.post("/declarations/<reference>/rejection")
def reject_declaration(reference: str) -> AnyResponse:
    """Reject for lack of proof of authority."""
    return done_with(reference, lambda each, by: deciding.reject_agent(each, by=by, now=clock.now()))


@bp.post("/declarations/<reference>/withdrawal")
def accept_withdrawal(reference: str) -> AnyResponse:
    """The withdrawal holds."""
    return done_with(reference, lambda each, by: deciding.accept_withdrawal(each, by=by, now=clock.now()))


def _is_pressed(one: str, other: str) -> bool:
    """Whether it was the one of two buttons; a decision without either is none, and no guess is made."""
    pressed = request.form.get("do")
    if pressed not in (one, other):
        raise NothingPressed
    return pressed == one
