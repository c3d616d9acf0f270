"""To the company's provider and back; link an account with it, begin an invited one with it, unlink.

The way there changes nothing but a cookie of ten minutes. The provider sends the browser back by GET, and that begins a
session: it counts only in the browser that carries the cookie, and once. Whatever else follows from an answer (a link,
an account that begins) waits for a button of ours.
"""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.access import current_user
from portal.accounts.actions.changing import password_key
from portal.accounts.actions.company_sign_in import (
    begin_by_company,
    count_answer,
    link_company,
    note_refusal,
    sign_in_by_company,
    unlink_company,
)
from portal.accounts.company_sign_in import faults
from portal.accounts.company_sign_in.errands import Errand, carried_errand, drop_errand, give_errand, new_errand
from portal.accounts.company_sign_in.provider import PROVIDER, Provider, plain_word
from portal.accounts.company_sign_in.rules import Identity, Purpose
from portal.accounts.forms import PressForm
from portal.accounts.models import User
from portal.accounts.queries import link_of, links_of
from portal.accounts.routes import blueprint
from portal.accounts.routes.blueprint import bp, company, next_path, page, proof_needed, signed_in, went_to
from portal.accounts.tries import TooMany
from portal.foundation import clock
from portal.foundation.forms import require_complete
from portal.foundation.i18n import current_language, offered
from portal.keys.models import Key
from portal.keys.rules import Purpose as KeyPurpose

log = logging.getLogger(__name__)

# A cookie holds 4 kB; whoever wanted to go to a longer address lands at the beginning.
_PATH_LIMIT = 1000
_ONCE = ("state", "code", "iss", "error")


@bp.get("/company-sign-in")
def go_to_company() -> AnyResponse:
    """Lead the browser to the provider: to sign in, to show once more who it is, or with an invitation's `key`."""
    _provider()
    key = request.args.get("key", "")
    if key and invited(key, now=clock.now()) is None:
        return blueprint.ended_link()
    purpose = Purpose.BEGIN if key else Purpose.PROVE if "again" in request.args else Purpose.SIGN_IN
    path = next_path()
    return _led(purpose, key=key, next_path=path if len(path) <= _PATH_LIMIT else "")


@bp.get("/company-sign-in/new-link")
def go_to_link() -> AnyResponse:
    """Lead a colleague to the provider who has just shown who they are, so that both can be linked."""
    _provider()
    return proof_needed(".show_company", came_from=".show_company") or _led(Purpose.LINK, user_id=signed_in().id)


@company.get("")
def answer() -> AnyResponse:
    """What the provider sends the browser back with; it counts once, in the browser that began."""
    provider, errand, now = _provider(), carried_errand(now=clock.now()), clock.now()
    if errand is not None and errand.language in offered():
        g.language = errand.language
    carried = None
    try:
        response, carried = _answered(provider, errand, now)
    except TooMany as error:
        response = blueprint.too_many("company_failed", error)
    except faults.NotBegunHere as fault:
        response = _failed(fault)  # by anybody, as often as they like: nothing is written down
    except faults.ProviderFault as fault:
        note_refusal(fault.why, now=now)
        response = _failed(fault)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address holds a code
    return give_errand(response, carried) if carried else drop_errand(response)


@bp.get("/company-sign-in/errand")
def show_company_errand() -> AnyResponse:
    """Whom the provider named, and the one button that links or begins an account with that."""
    errand, user = _waiting(clock.now())
    return _failed(faults.NotBegunHere()) if user is None else _errand_page(errand, user, PressForm(formdata=None))


@bp.post("/company-sign-in/errand")
def finish_company_errand() -> AnyResponse:
    """Link the account, or begin it."""
    require_complete()
    now = clock.now()
    errand, user = _waiting(now)
    if user is None:
        return _failed(faults.NotBegunHere())
    form = PressForm()
    if not form.validate():
        return _errand_page(errand, user, form, status=form.refused_status)
    wanted = proof_needed(".show_company", came_from=".show_company") if errand.purpose is Purpose.LINK else None
    return drop_errand(wanted or _finished(errand, user, now))


@bp.get("/company-sign-in/link")
def show_company() -> Response:
    """Whether the own account is linked, and since when."""
    _provider()
    return _link_page(PressForm(formdata=None))


@bp.post("/company-sign-in/link")
def unlink() -> AnyResponse:
    """Take the link away, where there is another way in."""
    require_complete()
    if _provider().oidc.is_required:
        abort(404)
    form, user = PressForm(), signed_in()
    if not form.validate():
        return _link_page(form, status=form.refused_status)
    wanted = proof_needed(".show_company", came_from=".show_company")
    if wanted is None:
        unlink_company(user, [row.id for row in links_of(user.id)], now=clock.now())
    return wanted or went_to(".show_company")


def invited(plain: str, *, now: datetime) -> tuple[Key, User] | None:
    """The key of an invitation and the colleague who is invited; None for every other key."""
    found = password_key(plain, now=now)
    return found if found and found[0].purpose == KeyPurpose.INVITE and found[1].is_staff else None


def _provider() -> Provider:
    return PROVIDER.here() or abort(404)


def _led(purpose: Purpose, **further: Any) -> AnyResponse:
    """The way to the provider; what is needed on the way back goes along in a cookie."""
    errand = new_errand(purpose, now=clock.now(), language=current_language(), **further)
    try:
        address = _provider().address_for(errand)
    except faults.ProviderFault as fault:
        return _failed(fault)
    return give_errand(redirect(address, 303), errand)


def _answered(provider: Provider, errand: Errand | None, now: datetime) -> tuple[AnyResponse, Errand | None]:
    """What to answer, and what the browser carries on; ProviderFault, TooMany."""
    asked = request.args
    if any(len(asked.getlist(name)) > 1 for name in _ONCE):
        raise faults.NotBegunHere
    if errand is None or not errand.fits(asked.get("state", "")):
        raise faults.NotBegunHere
    count_answer(now=now)
    if not provider.is_answer_of_ours(asked.get("iss")):
        raise faults.ProviderWrong
    if "error" in asked or not asked.get("code"):
        raise _refusal(plain_word(asked.get("error")))
    identity = provider.identity_for(asked["code"], errand, now=now)
    if errand.purpose in (Purpose.LINK, Purpose.BEGIN):
        if link_of(identity) is not None:
            raise faults.Taken
        return went_to("accounts.show_company_errand"), replace(errand, identity=identity)
    return _entered(errand, identity, now), None


def _refusal(error: str) -> faults.ProviderFault:
    if error == "access_denied":
        return faults.Cancelled()
    if error in ("server_error", "temporarily_unavailable"):
        return faults.ProviderAway()
    log.warning("the provider of sign-ins refused: %s", error)
    return faults.ProviderWrong()


def _entered(errand: Errand, identity: Identity, now: datetime) -> AnyResponse:
    if errand.purpose is Purpose.PROVE and not identity.is_proven:
        raise faults.NotProven
    user = sign_in_by_company(identity, now=now)
    return blueprint.onward(user, errand.next_path) if user else page("company_unknown", status=403, identity=identity)


def _waiting(now: datetime) -> tuple[Any, User | None]:
    """What this browser came back with and may do with it, and for whom; nobody when it is not theirs (any more)."""
    _provider()
    errand = carried_errand(now=now)
    if errand is None or errand.identity is None:
        return None, None
    if errand.purpose is Purpose.BEGIN:
        found = invited(errand.key, now=now)
        return errand, found[1] if found else None
    user = current_user()
    return errand, user if user is not None and user.is_staff and user.id == errand.user_id else None


def _errand_page(errand: Errand, user: User, form: PressForm, *, status: int = 200) -> Response:
    is_new = errand.purpose is Purpose.BEGIN
    return page("company_errand", status=status, form=form, user=user, identity=errand.identity, is_new=is_new)


def _finished(errand: Errand, user: User, now: datetime) -> AnyResponse:
    identity = errand.identity
    if identity is None:
        raise RuntimeError("an errand that waits has an identity")
    if errand.purpose is Purpose.LINK:
        return went_to(".show_company") if link_company(user, identity, now=now) else _failed(faults.Taken())
    found = invited(errand.key, now=now)
    begun = begin_by_company(found[0], user, identity, now=now) if found else None
    return blueprint.onward(begun, "") if begun else blueprint.ended_link()


def _link_page(form: PressForm, *, status: int = 200) -> Response:
    provider, rows = _provider(), links_of(signed_in().id)
    can_link = provider.oidc.issuer not in [row.issuer for row in rows]
    return page("company", status=status, form=form, links=rows, can_link=can_link, oidc=provider.oidc)


def _failed(fault: faults.ProviderFault) -> Response:
    response = page("company_failed", status=fault.status, problem=str(fault))
    if fault.status == faults.ProviderAway.status:
        response.headers["Retry-After"] = "60"
    return response
