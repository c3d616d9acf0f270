"""Begin an account: an address first, then, behind the mailed link, a name and perhaps a password."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_user
from portal.accounts.actions.registering import ask_to_register, begin_account, registration_key
from portal.accounts.forms import AddressForm, BeginForm
from portal.accounts.routes.blueprint import bp, ended_link, next_path, onward, page, too_many
from portal.accounts.tries import TooMany
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.forms import require_complete
from portal.foundation.i18n import current_language


@bp.get("/register")
def show_register() -> AnyResponse:
    """The form; somebody who is signed in has an account."""
    user = current_user()
    return onward(user) if user else page("register", form=AddressForm(formdata=None, data={"next": next_path()}))


@bp.post("/register")
def register() -> Response:
    """Mail a link; the answer is the same for every address."""
    require_complete()
    form = AddressForm()
    if not form.validate():
        return page("register", status=422, form=form)
    address = normalised(form.email.data)
    try:
        ask_to_register(address, language=current_language(), now=clock.now())
    except TooMany as error:
        return too_many("register", error, form=form)
    return page("sent", status=202, address=address)


@bp.get("/confirm")
def show_confirm() -> Response:
    """The page behind the mailed link: it asks for the rest and changes nothing."""
    plain = request.args.get("key", "")
    key = registration_key(plain, now=clock.now())
    if key is None:
        return ended_link()
    return page("confirm", form=BeginForm(formdata=None, data={"key": plain}), address=key.address)


@bp.post("/confirm")
def confirm() -> AnyResponse:
    """Make the account and sign its owner in."""
    require_complete()
    form = BeginForm()
    key = registration_key(form.key.data or "", now=clock.now())
    if key is None:
        return ended_link()
    if not form.validate():
        return page("confirm", status=422, form=form, address=key.address)
    user = begin_account(
        key, name=form.name.data, password=form.password.data or "", language=current_language(), now=clock.now()
    )
    return onward(user) if user else ended_link()
