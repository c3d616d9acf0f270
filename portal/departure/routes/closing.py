"""Close an account with one press; behind the link of the mail, open it again or take the data along."""

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.routes.blueprint import ended, ended_link
from portal.accounts.sessions import forget
from portal.departure.access import Closed, closed_account, own_account
from portal.departure.actions.closing import close_account, reopen_account
from portal.departure.forms import LinkForm, PressForm
from portal.departure.queries import kept_of, open_questions, trail_of
from portal.departure.routes.blueprint import bp, link_page, page, pressed
from portal.foundation import clock
from portal.foundation.forms import require_complete


@bp.get("/closing")
def show_closing() -> Response:
    """What closing does and does not do, and the one button."""
    return _asked(PressForm(formdata=None))


@bp.post("/closing")
def close() -> AnyResponse:
    """Close it; this browser is signed out and sees what it can still do."""
    form = pressed()
    if gone := ended():
        return gone
    user = own_account()
    if form.errors:
        return _asked(form, status=form.refused_status)
    key = close_account(user, now=clock.now())
    forget()
    return redirect(url_for(".show_closed", key=key), 303)


@bp.get("/closed")
def show_closed() -> Response:
    """The closed account behind its link: opening this page changes nothing (SR-03)."""
    closed = closed_account(request.args.get("key", ""), now=clock.now())
    return _closed(closed, request.args.get("key", "")) if closed else ended_link()


@bp.post("/closed")
def reopen() -> Response:
    """Open it again."""
    require_complete()
    closed = closed_account(LinkForm().key.data or "", now=clock.now())
    if closed is None or not reopen_account(closed, now=clock.now()):
        return ended_link()
    return link_page(
        "done",
        heading=_("Your account is open again"),
        sentence=_("Everything is as it was. You can sign in."),
    )


def _asked(form: PressForm, *, status: int = 200) -> Response:
    user = own_account()
    trail = trail_of(user, now=clock.now(), spares_open=True)
    values = {"questions": open_questions(trail), "kept": kept_of(trail), "user": user}
    return page("closing", status=status, form=form, **values)


def _closed(closed: Closed, key: str) -> Response:
    trail = trail_of(closed.user, now=clock.now())
    return link_page(
        "closed",
        form=LinkForm(formdata=None, data={"key": key}),
        closing=closed.closing,
        can_reopen=clock.now() < closed.closing.undo_until,
        questions=open_questions(trail),
    )
