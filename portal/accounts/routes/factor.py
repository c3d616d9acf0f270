"""The second factor: give its code, set it up, make new recovery codes, take it away."""

from typing import Any

from flask import Response, abort, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_session, current_user, half_user, requires_factor
from portal.accounts.actions.factors import confirm_factor, make_recovery_codes, make_seed, remove_factor
from portal.accounts.actions.signing_in import give_factor
from portal.accounts.forms import CodeForm, PressForm, SetUpForm
from portal.accounts.models import User
from portal.accounts.routes.blueprint import bp, next_path, onward, page, proof_needed, signed_in, too_many, went_to
from portal.accounts.second_factor import picture_of_seed, readable_seed, recovery_codes_left
from portal.accounts.tries import TooMany
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.forms import require_complete


@bp.get("/second-factor")
def second_factor() -> AnyResponse:
    """The form for the code, for somebody who has given the password or a mailed link."""
    user = half_user()
    if user is None or not user.has_second_factor:
        return went_to(".show_sign_in")
    return page("second_factor", form=CodeForm(formdata=None, data={"next": next_path()}))


@bp.post("/second-factor")
def give_code() -> AnyResponse:
    """Look at the code; the sign-in is whole with it."""
    require_complete()
    user, form = half_user(), CodeForm()
    if user is None or not user.has_second_factor:
        return went_to(".show_sign_in")
    if not form.validate():
        return page("second_factor", status=form.refused_status, form=form)
    try:
        is_right = give_factor(user, form.code.data, now=clock.now())
    except TooMany as error:
        return too_many("second_factor", error, form=form)
    if not is_right:
        form.code.errors = [
            _("This code does not fit, or was used already. The app shows a new one every half minute.")
        ]
        return page("second_factor", status=422, form=form)
    return onward(user)


@bp.get("/second-factor/set-up")
def set_up_factor() -> AnyResponse:
    """What is set up, or how to do it."""
    user = _owner()
    if user is None:
        return went_to(".show_sign_in")
    return proof_needed(".set_up_factor") or _set_up(user, SetUpForm(formdata=None))


@bp.post("/second-factor/seed")
def begin_factor() -> AnyResponse:
    """Make a seed to be read by an app; it counts only after its first code."""
    user = _owner()
    return _pressed(user) or _begun(user)


@bp.get("/second-factor/picture")
def picture() -> Response:
    """The seed as a picture, as long as it does not count."""
    user = _owner()
    if user is None or user.has_second_factor or not user.totp_secret or proof_needed(".set_up_factor"):
        abort(404)
    response = make_response(picture_of_seed(user, COMPANY.here().name))
    response.headers.update({"Content-Type": "image/svg+xml", "Cache-Control": "no-store"})
    return response


@bp.post("/second-factor/set-up")
def confirm_set_up() -> AnyResponse:
    """Take the first code; the recovery codes are shown this once."""
    require_complete()
    user, form = _owner(), SetUpForm()
    if user is None:
        return went_to(".show_sign_in")
    if user.has_second_factor:
        # Pressed twice: nobody may have seen the answer to the first press, which showed the codes.
        return went_to(".set_up_factor", said="on")
    if not user.totp_secret:
        return went_to(".set_up_factor")
    return proof_needed(".set_up_factor") or _confirmed(user, form)


@bp.post("/second-factor/codes")
def renew_codes() -> AnyResponse:
    """Ten new recovery codes."""
    user = signed_in()
    return _pressed(user) or page("codes", codes=make_recovery_codes(user, now=clock.now()))


@bp.post("/second-factor/removal")
def remove() -> AnyResponse:
    """Take the second factor away, where it is not demanded."""
    user = signed_in()
    if requires_factor(user):
        abort(404)
    return _pressed(user) or _removed(user)


def _owner() -> User | None:
    """Whoever may set a factor up: somebody signed in, or half signed in without having one yet."""
    half = half_user()
    return current_user() or (half if half is not None and not half.has_second_factor else None)


def _pressed(user: User | None) -> AnyResponse | None:
    """What to answer instead of doing what a button asks; None when it may be done."""
    require_complete()
    form = PressForm()
    if user is None:
        return went_to(".show_sign_in")
    if not form.validate():
        return _set_up(user, SetUpForm(formdata=None), status=409, problem=" ".join(form.token.errors))
    return proof_needed(".set_up_factor")


def _begun(user: User | None) -> AnyResponse:
    if user is not None:
        make_seed(user, now=clock.now())
    return went_to(".set_up_factor")


def _confirmed(user: User, form: SetUpForm) -> Response:
    if not form.validate():
        return _set_up(user, form, status=form.refused_status)
    try:
        codes = confirm_factor(user, form.code.data, now=clock.now())
    except TooMany as error:
        return too_many("set_up", error, **_values(user, form))
    if not codes:
        form.code.errors = [_("This code does not fit. Please try the next one.")]
        return _set_up(user, form, status=422)
    return page("codes", codes=codes)


def _removed(user: User) -> AnyResponse:
    remove_factor(user, now=clock.now())
    return went_to(".set_up_factor", said="removed")


def _set_up(user: User, form: SetUpForm, *, status: int = 200, problem: str = "") -> Response:
    return page("set_up", status=status, problem=problem, **_values(user, form))


def _values(user: User, form: SetUpForm) -> dict[str, Any]:
    seed = "" if user.has_second_factor else readable_seed(user)
    session = current_session()
    return {
        "user": user,
        "form": form,
        "seed": " ".join(seed[at : at + 4] for at in range(0, len(seed), 4)),
        "left": recovery_codes_left(user) if user.has_second_factor else 0,
        "is_required": requires_factor(user),
        "is_half": session is not None and session.is_half,
        "said": request.args.get("said", ""),
    }
