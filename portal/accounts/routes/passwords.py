"""A new password: by a mailed link (reset or invitation), or by somebody who has just proven who they are."""

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import ValidationError

from portal.accounts.actions.changing import ask_for_reset, change_password, password_key, set_password_by_key
from portal.accounts.actions.signing_in import must_use_company
from portal.accounts.company_sign_in.provider import PROVIDER
from portal.accounts.forms import AddressForm, ChangePasswordForm, NewPasswordForm, require_good
from portal.accounts.models import User
from portal.accounts.passwords import is_password
from portal.accounts.routes.blueprint import bp, ended, ended_link, page, proof_needed, signed_in, too_many
from portal.accounts.tries import TooMany
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.forms import PublicForm, require_complete
from portal.foundation.i18n import current_language
from portal.keys.models import Key
from portal.keys.rules import Purpose


@bp.get("/reset")
def show_reset() -> Response:
    """The form for a mailed link."""
    return page("reset", form=AddressForm(formdata=None))


@bp.post("/reset")
def reset() -> Response:
    """Mail a link; the answer is the same for every address."""
    require_complete()
    form = AddressForm()
    if not form.validate():
        return page("reset", status=422, form=form)
    address = normalised(form.email.data)
    try:
        ask_for_reset(address, language=current_language(), now=clock.now())
    except TooMany as error:
        return too_many("reset", error, form=form)
    return page("sent", status=202, address=address, again=url_for(".show_reset"))


@bp.get("/password/new")
def show_new_password() -> Response:
    """The page behind the mailed link; opening it changes nothing."""
    plain = request.args.get("key", "")
    found = password_key(plain, now=clock.now())
    if found is None:
        return ended_link()
    return _new_password(NewPasswordForm(formdata=None, data={"key": plain}), *found)


@bp.post("/password/new")
def new_password() -> Response:
    """Set it; nobody is signed in by that."""
    require_complete()
    form = NewPasswordForm()
    found = password_key(form.key.data or "", now=clock.now())
    if found is None:
        return ended_link()
    key, user = found
    if not _is_good(form, user):
        return _new_password(form, key, user, status=422)
    if not set_password_by_key(key, user, form.password.data, now=clock.now()):
        return ended_link()
    return page("done", heading=_("Your new password is set"), sentence=_("You can sign in with it now."))


@bp.get("/password")
def show_password() -> AnyResponse:
    """The form for somebody who is signed in, after they have proven who they are."""
    return proof_needed(".show_password") or page("password", form=ChangePasswordForm(formdata=None), user=signed_in())


@bp.post("/password")
def set_password() -> AnyResponse:
    """Set it; every other browser is signed out, and this one is signed in anew. Pressed twice it is set once."""
    require_complete()
    if gone := ended():
        return gone
    form, user = ChangePasswordForm(), signed_in()
    wanted = proof_needed(".show_password")
    if wanted is not None:
        return wanted
    if _is_good(form, user):
        change_password(user, form.password.data, now=clock.now())
    elif not _is_set(form, user):
        return page("password", status=form.refused_status, form=form, user=user)
    return page(
        "done",
        heading=_("Your new password is set"),
        sentence=_("Every other browser was signed out. We have sent you a mail about it."),
    )


def _new_password(form: NewPasswordForm, key: Key, user: User, *, status: int = 200) -> Response:
    """The form; somebody who is invited may begin with the company's sign-in instead."""
    is_invited = key.purpose == Purpose.INVITE and user.is_staff and PROVIDER.here() is not None
    must = is_invited and must_use_company(user)
    return page("new_password", status=status, form=form, user=user, is_invited=is_invited, must_use_company=must)


def _is_set(form: ChangePasswordForm, user: User) -> bool:
    """Whether a form of the sign-in before brings the password that counts by now."""
    return set(form.errors) == {"token"} and is_password(form.password.data, user.password_hash)


def _is_good(form: PublicForm, user: User) -> bool:
    if not form.validate():
        return False
    try:
        require_good(form.password.data, user)
    except ValidationError as error:
        form.password.errors = [str(error)]
        return False
    return True
