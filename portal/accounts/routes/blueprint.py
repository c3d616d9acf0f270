"""The blueprint that all routes of the room hang on, and what they share."""

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_session, current_user
from portal.accounts.models import User
from portal.accounts.rules import is_fresh, is_staff
from portal.accounts.tries import TooMany
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.rendering.pages import describe_page
from portal.foundation.security import safe_next

bp = Blueprint("accounts", __name__, url_prefix="/<language:language>/account")
# The address that the company's provider sends everybody back to; it is registered there, once, without a language.
company = Blueprint("company_sign_in", __name__, url_prefix="/company-sign-in")


def page(template: str, *, status: int = 200, problem: str = "", retry_after: int = 0, **values: Any) -> Response:
    """One page of the room, for one person; `problem` is a sentence about the whole form."""
    describe_page(alternates={})
    response = make_response(render_template(f"accounts/{template}.html", problem=problem, **values), status)
    response.headers["Cache-Control"] = "no-store"
    if "key" in request.args:
        response.headers["Referrer-Policy"] = "no-referrer"  # the address opens something (SR-26)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def too_many(template: str, error: TooMany, **values: Any) -> Response:
    """The form as it was typed, with how long to wait (SR-08)."""
    return page(template, status=429, problem=str(error), retry_after=error.retry_after, **values)


def went_to(endpoint: str, **values: Any) -> AnyResponse:
    """Go on to another page of ours, by GET."""
    return redirect(url_for(endpoint, **values), 303)


def next_path() -> str:
    """Where the person wanted to go: a path of this site, or empty."""
    return safe_next(request.values.get("next", ""), "")


def path_back() -> str:
    """Where the person came from: a path of this site, else the account."""
    return safe_next(request.values.get("back", ""), url_for("customers.overview"))


def onward(user: User, wanted: str | None = None) -> AnyResponse:
    """Where somebody lands after signing in: where they wanted to go, else desk or overview; or the second factor.

    `wanted` is a path of this site that is not named by this request itself.
    """
    session, path = current_session(), next_path() if wanted is None else wanted
    if session is not None and session.is_half:
        endpoint = "accounts.second_factor" if user.has_second_factor else "accounts.set_up_factor"
        return went_to(endpoint, **({"next": path} if path else {}))
    home = url_for("desk.begin" if is_staff(user.role) else "customers.overview")
    if g.get("has_returned") and not is_staff(user.role):
        # The overview says that the account is open again, and leads on from there.
        return went_to("customers.overview", returned="yes", next=path if path != home else None)
    return redirect(path or home, 303)


def signed_in() -> User:
    """The person of this request; the door lets nobody else in."""
    user = current_user()
    if user is None:
        raise RuntimeError("the audience of this address lets strangers in")
    return user


def proof_needed(wanted: str, *, came_from: str = "") -> AnyResponse | None:
    """Where to show once more who it is, before something weighty; None when that was within ten minutes (SR-07).

    From there the way goes on to the page `wanted`, or back to the page `came_from`, which asks for no proof itself;
    without one to the account.
    """
    if _is_proven():
        return None
    ways = {"next": url_for(wanted)} | ({"back": url_for(came_from)} if came_from else {})
    return went_to("accounts.prove", **ways)


class ProofNeeded(PortalError):
    """A form was sent by somebody who must show first who they are; it waits on its page until then (DR-07)."""

    status = 403
    page = "errors/prove.html"

    def __init__(self) -> None:
        super().__init__(
            _(
                "You last confirmed it more than ten minutes ago. "
                "Nothing was sent yet, and nothing that you typed is lost."
            )
        )


def require_proof() -> None:
    """For a form that does something weighty: ProofNeeded unless it was shown within ten minutes who it is (SR-07)."""
    if not _is_proven():
        raise ProofNeeded


def _is_proven() -> bool:
    session = current_session()
    return session is not None and is_fresh(session.proved_at, clock.now())


def ended() -> Response | None:
    """What to answer to a button that ends the sign-in when nobody is signed in; None when somebody is.

    Mostly the button was pressed twice, and the first press has done it.
    """
    if current_user() is not None:
        return None
    return page(
        "done",
        status=403,
        heading=_("You are not signed in any more"),
        sentence=_(
            "If you pressed the button twice, the first press counts, and a mail confirms it."
            " If none arrives, nothing has happened: please sign in and press it again."
        ),
    )


def ended_link() -> Response:
    """A mailed link that does not work any more, whatever the reason; mostly its button was pressed twice."""
    sentence = _("It was used already, has expired, or a newer one was sent. You can have a new one sent.")
    if request.method == "POST":
        sentence = _(
            "If you pressed the button twice, the first press counts. Otherwise the link has expired, or a newer one"
            " was sent; you can have a new one sent."
        )
    return page("ended", status=410, heading=_("This link does not work any more"), sentence=sentence)
