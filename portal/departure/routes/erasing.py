"""Have everything erased that no norm keeps: the page says what goes and what stays, before and afterwards."""

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.routes.blueprint import ended, proof_needed
from portal.accounts.sessions import forget
from portal.departure.access import own_account
from portal.departure.actions.erasing import erase_person, written
from portal.departure.forms import PressForm
from portal.departure.queries import kept_of, open_questions, trail_of
from portal.departure.routes.blueprint import bp, page, pressed
from portal.foundation import clock


@bp.get("/erasure")
def show_erasure() -> AnyResponse:
    """What goes, what stays and why; for somebody who has just shown who they are."""
    own_account()
    return proof_needed(".show_erasure", came_from=".show_data") or _asked(PressForm(formdata=None))


@bp.post("/erasure")
def erase() -> AnyResponse:
    """Erase, and name what stays; there is nobody left to whom a later page could be shown."""
    form = pressed()
    if gone := ended():
        return gone
    user = own_account()
    if form.errors:
        return _asked(form, status=form.refused_status)
    wanted = proof_needed(".show_erasure", came_from=".show_data")
    if wanted is not None:
        return wanted
    kept = erase_person(user, now=clock.now())
    forget()
    return page("erased", kept=written(kept))


def _asked(form: PressForm, *, status: int = 200) -> Response:
    user = own_account()
    trail = trail_of(user, now=clock.now())
    values = {"questions": open_questions(trail), "kept": written(kept_of(trail)), "user": user}
    return page("erasure", status=status, form=form, **values)
