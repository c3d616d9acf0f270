"""What the two sealed pages are made of: values, the form itself, and its mark."""

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, g, make_response, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from portal.accounts.access import current_user
from portal.contracts.queries import contracts_of
from portal.customers.access import current_customer
from portal.customers.models import Customer
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.config import CONFIG
from portal.foundation.database import db, hurried
from portal.foundation.i18n import offered
from portal.foundation.limits import WINDOWS, caller, limits_of
from portal.foundation.rendering.pages import with_default
from portal.foundation.web.sessions import session_key
from portal.keys.rules import new_key
from portal.leaving.actions.declaring import content_of
from portal.leaving.counting import LEAVING_TALLY
from portal.leaving.forms import NAMES, Stamp, typed_again
from portal.leaving.queries.company import trader
from portal.leaving.rules.declarations import Kind, Said
from portal.leaving.rules.documents import BUTTONS, labels

log = logging.getLogger(__name__)

# More from one address in ten minutes is marked for the staff, and taken like every other one (SR-08).
_CROWD = limits_of("20/10 minutes")
_FORMS: dict[tuple[Kind, str], tuple[str, str]] = {}


def sealed_page(
    kind: Kind, values: Mapping[str, Any], *, is_empty: bool = False, is_lost: bool = False, status: int = 200
) -> Response:
    """The page with these values; nothing of the usual frame stands on it (BGH I ZR 200/25)."""
    faults: list[tuple[str, str]] = []
    if is_empty:
        faults = [("name", _("Please fill in one of these: name, email address, customer number or contract."))]
    if is_lost:
        faults = [("send", _("We could not store this just now. Please press the button again, or write to us."))]
    site = CONFIG.here().url
    page = render_template(
        "leaving/declare.html",
        form=_form(kind, g.language, values, stamp=_new_stamp(kind), has_faults=is_empty),
        kind=kind.value,
        title=_title(kind),
        faults=faults,
        trader=trader() if is_lost else (),
        translations=with_default(
            {code: site + url_for("leaving.show", kind=kind.value, language=code) for code in offered()}
        ),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def own_values() -> dict[str, Any]:
    """Name, address and contracts of whoever is signed in, to be changed; nothing for everybody else.

    A session never gates the page: where the database does not answer, the form is simply empty.
    """
    if not session_key() and not g.get("is_unattended"):
        return {}
    try:
        with hurried():
            user = current_user()
            if user is None or user.is_staff:
                return {}
            return {"name": user.name, "email": user.email} | _contracts(current_customer())
    except SQLAlchemyError:
        db.session.rollback()
        return {}


def _contracts(customer: Customer | None) -> dict[str, Any]:
    """The one contract in words; of several a choice beside the free text, and none of them chosen."""
    today = clock.today(COMPANY.here().zone)
    running = [each for each in contracts_of(customer.id) if each.is_running(today)] if customer else []
    named = [f"{each.product}, {each.number}" for each in running]
    numbers = {each.customer_number for each in running if each.customer_number}
    found: dict[str, Any] = {"about": named[0]} if len(named) == 1 else {"contracts": named}
    return found | ({"identity": numbers.pop()} if len(numbers) == 1 else {})


def typed_values(form: MultiDict[str, str], kind: Kind) -> dict[str, Any]:
    """What was typed, for the form that is shown again."""
    return typed_again(form, NAMES[kind])


def token_of(said: Said, stamp: Stamp) -> str:
    """The key of the receipt: the same again for the same form, so that a page that is loaded anew stays the same."""
    if not stamp.text:
        return new_key()
    secret = str(current_app.config["SECRET_KEY"]).encode()
    made = hmac.new(secret, f"receipt:{stamp.text}:{content_of(said)}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def form_sha256(kind: Kind, language: str) -> str:
    """The hash of the form's HTML without values: which page somebody saw can be proven later."""
    return _plain_form(kind, language)[0]


def keep_form_page(kind: Kind, language: str) -> None:
    """Let that HTML be kept, once for each version."""
    LEAVING_TALLY.here().keep_page(*_plain_form(kind, language))


def is_crowded() -> bool:
    """Whether many declarations come from this network; counting may fail, and then nobody is marked."""
    try:
        windows = WINDOWS.here()
        return not all(windows.hit(limit, caller(), "declarations") for limit in _CROWD)
    except Exception:
        log.exception("declarations cannot be counted")
        return False


def _plain_form(kind: Kind, language: str) -> tuple[str, str]:
    found = _FORMS.get((kind, language))
    if found is None:
        html = _form(kind, language, {}, stamp="", has_faults=False)
        found = _FORMS[kind, language] = (hashlib.sha256(html.encode()).hexdigest(), html)
    return found


def _form(kind: Kind, language: str, values: Mapping[str, Any], *, stamp: str, has_faults: bool) -> Markup:
    macro = current_app.jinja_env.get_template("leaving/_form.html").module.form  # type: ignore[attr-defined]
    button = BUTTONS[language][kind]
    action = url_for("leaving.send", kind=kind.value, language=language)
    printed = macro(kind.value, action, values, labels(language), button, stamp=stamp, has_faults=has_faults)
    return Markup(printed)  # noqa: S704  (printed by a template that escapes)


def _new_stamp(kind: Kind) -> str:
    return f"{int(clock.now().timestamp())}-{form_sha256(kind, g.language)[:12]}-{secrets.token_urlsafe(24)}"


def _title(kind: Kind) -> str:
    return _("Cancel a contract") if kind is Kind.CANCELLATION else _("Withdraw from a contract")
