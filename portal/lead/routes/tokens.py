"""Tokens of other programs: who made which, what they open, when they were used; made and revoked here."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.routes.blueprint import require_proof
from portal.api.actions import NewToken, make_token, revoke_token
from portal.api.models import ApiToken
from portal.api.queries import all_tokens, token_by_id
from portal.api.rules import Scope, Standing, read_scopes, scopes_for
from portal.desk.routes.blueprint import staff
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.forms import require_complete
from portal.lead.forms import TokenForm
from portal.lead.routes.blueprint import bp, pressed
from portal.lead.rules import may_change
from portal.lead.words import scope_word, standing_word


@bp.get("/tokens")
def tokens() -> Response:
    """Every token, and the form for a new one."""
    return _page()


@bp.post("/tokens")
def begin_token() -> AnyResponse:
    """Make a token; the answer shows it, and nothing ever shows it again."""
    require_complete()
    form = _form()
    if not form.validate():
        return _page(form=form, status=form.refused_status)
    require_proof()
    new = NewToken(str(form.name.data), form.chosen, timedelta(days=int(form.days.data)), str(form.stamp.data)[:64])
    try:
        plain = make_token(new, by=staff(), now=clock.now())
    except PortalError as error:
        return _page(form=form, problem=str(error), status=error.status)
    return _page(plain=plain)


@bp.post("/tokens/<int:token_id>/revocation")
def end_token(token_id: int) -> AnyResponse:
    """Let a token open nothing any more."""
    pressed()
    token = (token_by_id(token_id) if token_id < 2**31 else None) or abort(404)
    if not _may_end(token):
        abort(404)
    revoke_token(token, by=staff(), now=clock.now())
    return redirect(url_for(".tokens", said="revoked"), 303)


def _page(*, form: TokenForm | None = None, plain: str = "", problem: str = "", status: int = 200) -> Response:
    values: dict[str, Any] = {
        "lines": [_line(token) for token in all_tokens()],
        "form": form or _form(is_empty=True),
        "plain": plain,
        "problem": problem,
        "is_revoked": request.args.get("said") == "revoked",
        "address": url_for("api.show_token", _external=True),
    }
    return make_response(render_template("lead/tokens.html", **values), status)


def _line(token: ApiToken) -> dict[str, Any]:
    standing = token.standing(clock.now())
    opened = [scope_word(scope) for scope in Scope if scope in read_scopes(token.scopes)]
    is_over = standing in (Standing.REVOKED, Standing.EXPIRED)
    return {
        "token": token,
        "opens": ", ".join(opened),
        "state": standing_word(standing),
        "is_over": is_over,
        "can_end": not is_over and _may_end(token),
    }


def _may_end(token: ApiToken) -> bool:
    """One's own, and those of accounts that one may change: leads none of other leads, administrators all."""
    me = staff()
    return token.user_id == me.id or may_change(me.role, of=token.owner.role, is_own=False)


def _form(*, is_empty: bool = False) -> TokenForm:
    choices = [(scope.value, scope_word(scope)) for scope in scopes_for(staff().role)]
    return TokenForm(formdata=None, offered_scopes=choices) if is_empty else TokenForm(offered_scopes=choices)
