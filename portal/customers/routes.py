"""The overview of an account: who somebody is to us, and the ways to everything that is theirs."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import requires_factor
from portal.accounts.forms import PressForm
from portal.accounts.queries import is_linked
from portal.accounts.routes.blueprint import next_path, signed_in
from portal.customers.access import current_customer
from portal.customers.actions import change_customer
from portal.customers.forms import ProfileForm
from portal.customers.panels import panels_for
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.rendering.pages import describe_page

bp = Blueprint("customers", __name__, url_prefix="/<language:language>/account")


@bp.get("/")
def begin() -> AnyResponse:
    """The short address of the overview."""
    return redirect(url_for(".overview"), 303)


@bp.get("/overview")
def overview() -> Response:
    """Name, language, wishes; sign-in, sessions, second factor; questions."""
    user, customer = signed_in(), current_customer()
    wishes = customer.contact_wishes if customer else ""
    given = {"name": user.name, "language": user.language, "contact_wishes": wishes}
    return _page(ProfileForm(formdata=None, data=given), is_saved="saved" in request.args)


@bp.post("/overview")
def save() -> AnyResponse:
    """Keep what somebody says about themselves; with errors the form comes back filled."""
    require_complete()
    form = ProfileForm()
    if not form.validate():
        return _page(form, status=form.refused_status)
    change_customer(
        signed_in(),
        name=form.name.data,
        language=form.language.data,
        contact_wishes=form.contact_wishes.data or "",
        now=clock.now(),
    )
    return redirect(url_for(".overview", saved="yes"), 303)


def _page(form: ProfileForm, *, status: int = 200, is_saved: bool = False) -> Response:
    describe_page(alternates={})
    user = signed_in()
    values = {
        "form": form,
        "press": PressForm(formdata=None),
        "user": user,
        "customer": current_customer(),
        "panels": panels_for(current_customer()),
        "is_saved": is_saved,
        "has_returned": "returned" in request.args,
        "wanted": next_path(),
        "needs_factor": requires_factor(user),
        "is_linked": user.is_staff and is_linked(user),
    }
    response = make_response(render_template("accounts/overview.html", **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response
