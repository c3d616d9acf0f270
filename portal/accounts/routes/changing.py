"""A new mail address: asked for here, counted only once the link in the mail to it was used."""

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.actions.changing import address_key, ask_to_change_address, change_address
from portal.accounts.forms import ChangeAddressForm, KeyForm
from portal.accounts.routes.blueprint import bp, ended_link, page, proof_needed, require_proof, signed_in, too_many
from portal.accounts.sessions import forget
from portal.accounts.tries import TooMany
from portal.foundation import clock
from portal.foundation.addresses import normalised
from portal.foundation.forms import require_complete


@bp.get("/address")
def show_address() -> AnyResponse:
    """The form, after somebody has proven who they are."""
    return proof_needed(".show_address") or page("address", form=ChangeAddressForm(formdata=None), user=signed_in())


@bp.post("/address")
def ask_for_address() -> AnyResponse:
    """Mail a link to the new address; the answer is the same for every address."""
    require_complete()
    form, user = ChangeAddressForm(), signed_in()
    if not form.validate():
        return page("address", status=form.refused_status, form=form, user=user)
    address = normalised(form.email.data)
    if address == user.email:
        form.email.errors = [_("This is your address already.")]
        return page("address", status=422, form=form, user=user)
    require_proof()
    try:
        ask_to_change_address(user, address, now=clock.now())
    except TooMany as error:
        return too_many("address", error, form=form, user=user)
    return page("sent", status=202, address=address, again=url_for(".show_address"))


@bp.get("/address/confirm")
def show_confirm_address() -> Response:
    """The page behind the mailed link, with one button."""
    plain = request.args.get("key", "")
    found = address_key(plain, now=clock.now())
    if found is None:
        return ended_link()
    form = KeyForm(formdata=None, data={"key": plain})
    return page("confirm_address", form=form, address=found[0].address)


@bp.post("/address/confirm")
def confirm_address() -> Response:
    """The new address counts; everybody signs in anew, and the old address is told."""
    require_complete()
    found = address_key(KeyForm().key.data or "", now=clock.now())
    if found is None or not change_address(*found, now=clock.now()):
        return ended_link()
    forget()
    return page(
        "done",
        heading=_("Your new address counts from now on"),
        sentence=_("Please sign in with it. We have told the old address."),
    )
