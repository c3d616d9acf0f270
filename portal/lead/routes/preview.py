"""View as customer: choose who looks and when, and read the page as it would be."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from portal.accounts.access import network
from portal.customers.models import Customer
from portal.desk.routes.blueprint import staff
from portal.foundation import clock
from portal.foundation.addresses import is_address, normalised
from portal.foundation.company import COMPANY, LANGUAGES
from portal.foundation.database import db, transaction
from portal.foundation.errors import PortalError
from portal.foundation.i18n import offered
from portal.foundation.security import clean_text
from portal.journal.actions import audit
from portal.lead.looking import POLICY, Look, as_customer, as_guest, harmless, is_shown, page_as
from portal.lead.routes.blueprint import bp
from portal.numbers.format import Mistyped, read_number
from portal.questions.models import Question

_NAMES = ("as", "who", "at", "language", "path")


class _Refused(PortalError):
    """What was asked for cannot be shown; `field` says where."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@bp.get("/preview")
def preview() -> Response:
    """The form that begins the view."""
    return _form(_typed())


@bp.get("/preview/page")
def preview_page() -> Response:
    """One page as somebody else sees it; who looked at what is written down."""
    typed = _typed()
    try:
        moment, look = _moment(typed["at"]), _look(typed)
        path = _path(typed)
    except _Refused as error:
        return _form(typed, error)
    _note(typed, look, moment)
    made = page_as(look, path, moment, language=typed["language"])
    if made.status_code in (301, 302, 303, 308):
        return _onward(typed, made.headers.get("Location", ""))
    if made.mimetype != "text/html":
        return _form(typed, _Refused("path", _("This is a file, not a page.")))
    again, is_past = _address("/desk/preview", typed), moment < clock.now()
    seen = {"is_past": is_past, "is_missing": made.status_code == 404}
    bar = render_template("lead/_bar.html", who=_named(look), moment=moment, again=again, **seen)
    response = make_response(harmless(made.get_data(as_text=True), typed, bar), made.status_code)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _typed() -> dict[str, str]:
    typed = {name: clean_text(request.args.get(name, "")).strip()[:500] for name in _NAMES}
    language = typed["language"] if typed["language"] in offered() else offered()[0]
    return {**typed, "as": typed["as"] or "visitor", "language": language, "path": typed["path"] or f"/{language}/"}


def _moment(written: str) -> datetime:
    if not written:
        return clock.now()
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        local = None
    if local is None or not 2000 <= local.year <= 2100:
        raise _Refused("at", _("Please write day and time, like 2026-12-24T09:30."))
    return local.replace(tzinfo=local.tzinfo or COMPANY.here().zone)


def _look(typed: dict[str, str]) -> Look:
    if typed["as"] == "visitor":
        return Look()
    question = _question(typed["who"])
    if typed["as"] == "guest":
        if question is None:
            raise _Refused("who", _("Please write the number of a question."))
        found = as_guest(question)
        problem = _("Nobody has a link to this question that works.")
    else:
        customer = _customer(question, typed["who"])
        if customer is None:
            raise _Refused("who", _("Please write the number of a question, or the address of a customer."))
        found, problem = as_customer(customer), _("This customer has no account.")
    if found is None:
        raise _Refused("who", problem)
    return found


def _question(written: str) -> Question | None:
    try:
        number = read_number(written)
    except Mistyped:
        return None
    return db.session.scalar(select(Question).filter_by(number=str(number))) if number else None


def _customer(question: Question | None, written: str) -> Customer | None:
    if question is not None:
        return db.session.get(Customer, question.customer_id)
    if not is_address(written):
        return None
    rows = select(Customer).where(Customer.email == normalised(written), Customer.user_id.is_not(None))
    return db.session.scalar(rows.limit(1))


def _path(typed: dict[str, str]) -> str:
    path = typed["path"]
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not is_shown(path):
        raise _Refused("path", _("This address is not part of the view: pages that customers read are."))
    return path


def _onward(typed: dict[str, str], location: str) -> Response:
    """A page that leads on leads on in the view."""
    path = location.removeprefix(request.host_url.rstrip("/"))
    response = make_response("", 303)
    is_end = not path.startswith("/") or path == typed["path"] or not is_shown(path)
    target = {**typed, "path": path}
    response.headers["Location"] = (
        _address("/desk/preview", typed) if is_end else _address("/desk/preview/page", target)
    )
    return response


def _address(path: str, typed: dict[str, str]) -> str:
    return f"{path}?{urlencode(typed)}"


def _note(typed: dict[str, str], look: Look, moment: datetime) -> None:
    seen = {"path": typed["path"][:200], "at_moment": moment.isoformat(timespec="minutes"), "kind": typed["as"]}
    user_id = look.user.id if look.user else None
    details = {**seen, **({"number": look.number} if look.number else {})}
    with transaction():
        audit("preview.opened", at=clock.now(), user_id=user_id, actor_id=staff().id, network=network(), **details)


def _named(look: Look) -> str:
    if look.customer is None:
        return _("a new visitor")
    if look.user is None:
        return _("whoever has the link to %(number)s", number=look.number)
    return look.customer.name or look.customer.email


def _form(typed: dict[str, str], error: _Refused | None = None) -> Response:
    values: dict[str, Any] = {
        "typed": typed,
        "problem": error,
        "kinds": [
            ("visitor", _("a new visitor")),
            ("guest", _("a guest with the link to a question")),
            ("customer", _("a customer who is signed in")),
        ],
        "languages": [(code, LANGUAGES[code]) for code in offered()],
    }
    return make_response(render_template("lead/preview.html", **values), error.status if error else 200)
