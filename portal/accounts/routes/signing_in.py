"""Sign in by password or by a mailed link, show again who it is, sign out."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_user
from portal.accounts.actions.signing_in import (
    CompanySignInNeeded,
    ask_for_link,
    link_key,
    must_use_company,
    sign_in,
    sign_in_by_link,
    sign_out,
)
from portal.accounts.actions.signing_in import prove as prove_again
from portal.accounts.company_sign_in.provider import PROVIDER, company_sign_in_name
from portal.accounts.forms import AddressForm, KeyForm, PressForm, ProofForm, SignInForm
from portal.accounts.models import User
from portal.accounts.queries import is_linked
from portal.accounts.routes.blueprint import (
    bp,
    ended_link,
    next_path,
    onward,
    page,
    path_back,
    signed_in,
    too_many,
    went_to,
)
from portal.accounts.tries import TooMany
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.forms import require_complete
from portal.foundation.i18n import current_language


@bp.get("/sign-in")
def show_sign_in() -> AnyResponse:
    """The form; somebody who is signed in goes on at once."""
    user = current_user()
    if user is not None:
        return onward(user)
    return page("sign_in", form=SignInForm(formdata=None, data={"next": next_path()}))


@bp.post("/sign-in")
def begin() -> AnyResponse:
    """Sign in by password; every failure reads the same."""
    require_complete()
    form = SignInForm()
    if not form.validate():
        return page("sign_in", status=422, form=form)
    try:
        user = sign_in(normalised(form.email.data), form.password.data, now=clock.now())
    except TooMany as error:
        return too_many("sign_in", error, form=form)
    if user is None:
        return page("sign_in", status=422, form=form, problem=_not_together())
    return onward(user)


def _not_together() -> str:
    """The same for every reason, so that nobody learns who has an account."""
    provider = PROVIDER.here()
    if provider is not None and provider.oidc.is_required:
        return _(
            "E-mail address and password do not belong together. Whoever works here signs in with %(name)s.",
            name=company_sign_in_name(),
        )
    return _("E-mail address and password do not belong together. You can also have a link sent to you.")


@bp.post("/sign-in/link")
def send_link() -> Response:
    """Mail a link; the answer is the same for every address."""
    require_complete()
    form = AddressForm()
    if not form.validate():
        typed = SignInForm()
        typed.validate()
        typed.password.errors = ()
        return page("sign_in", status=422, form=typed)
    address = normalised(form.email.data)
    try:
        ask_for_link(address, language=current_language(), next_path=next_path(), now=clock.now())
    except TooMany as error:
        return too_many("sign_in", error, form=SignInForm())
    return page("sent", status=202, address=address, again=url_for(".show_sign_in"))


@bp.get("/sign-in/link")
def show_link() -> Response:
    """The page behind the mailed link, with one button: opening it changes nothing (SR-03)."""
    plain = request.args.get("key", "")
    found = link_key(plain, now=clock.now())
    if found is None:
        return ended_link()
    form = KeyForm(formdata=None, data={"key": plain, "next": next_path()})
    return page("open_link", form=form, user=found[1], action=url_for(".use_link"))


@bp.post("/sign-in/open")
def use_link() -> AnyResponse:
    """Use the link up and sign in."""
    require_complete()
    form = KeyForm()
    found = link_key(form.key.data or "", now=clock.now())
    user = sign_in_by_link(*found, now=clock.now()) if found else None
    return onward(user) if user else ended_link()


@bp.get("/proof")
def prove() -> Response:
    """Ask once more for the password, or offer a fresh mailed link or the company's provider."""
    return _proof(ProofForm(formdata=None, data={"next": next_path(), "back": path_back()}), signed_in())


@bp.post("/proof")
def give_proof() -> AnyResponse:
    """Look at the password; the text of the address stays, the password is never given back."""
    require_complete()
    form, user = ProofForm(), signed_in()
    if not user.password_hash:
        return went_to(".prove")
    if not form.validate():
        return _proof(form, user, status=form.refused_status)
    try:
        is_proven = prove_again(user, form.password.data, now=clock.now())
    except CompanySignInNeeded as error:
        return _proof(form, user, status=error.status, problem=str(error))
    except TooMany as error:
        return too_many("prove", error, form=form, user=user, **_ways(user))
    if not is_proven:
        form.password.errors = [_("This is not your password.")]
        return _proof(form, user, status=422)
    return onward(user)


@bp.post("/sign-out")
def leave() -> AnyResponse:
    """End this browser's session; a form of another session ends nothing. `next` is for whoever signs in then."""
    require_complete()
    if PressForm().validate():
        sign_out(now=clock.now())
    return went_to("accounts.show_sign_in", **({"next": next_path()} if next_path() else {}))


def _proof(form: ProofForm, user: User, *, status: int = 200, problem: str = "") -> Response:
    return page("prove", status=status, problem=problem, form=form, user=user, **_ways(user))


def _ways(user: User) -> dict[str, Any]:
    """How else somebody may show who they are, and the way back."""
    return {"is_linked": is_linked(user), "is_by_company": must_use_company(user), "back": path_back()}
