"""Who asks: the program that shows a token, for the account that made it; cookies and sessions count for nothing."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from portal.accounts.access import actor_of
from portal.accounts.models import User
from portal.api.actions import note_refusal, note_use
from portal.api.models import ApiToken
from portal.api.queries import token_of
from portal.api.rules import CALLS_OF_A_NETWORK, CALLS_OF_A_TOKEN, NEEDED, Scope, Standing, role_opens, token_sent
from portal.foundation import clock
from portal.foundation.errors import PortalError
from portal.foundation.limits import caller, count_call
from portal.journal.rules import Actor
from portal.keys.rules import digest

_INVALID = ', error="invalid_token"'


class NotLetIn(PortalError):
    """No token, or one that does not count."""

    status = 401

    def __init__(self, sentence: str, reason: str = "") -> None:
        super().__init__(sentence)
        self.headers = {"WWW-Authenticate": f'Bearer realm="portal"{reason}'}


class NotOpened(PortalError):
    """A token that counts, but not for this."""

    status = 403

    def __init__(self, sentence: str, scope: Scope) -> None:
        super().__init__(sentence)
        self.headers = {"WWW-Authenticate": f'Bearer realm="portal", error="insufficient_scope", scope="{scope}"'}


class NotThere(PortalError):
    """What a program asks for by its number is not there."""

    status = 404


@dataclass(frozen=True)
class Program:
    """The program that asks, in the name of whoever made its token."""

    token: ApiToken

    @property
    def owner(self) -> User:
        """The account that it acts for."""
        return self.token.owner

    @property
    def actor(self) -> Actor:
        """The account, as the history names it."""
        return actor_of(self.owner)


def admit(endpoint: str) -> None:
    """Let a program in to that address, or refuse: NotLetIn, NotOpened, and 429 before anything else is looked at."""
    scope = NEEDED[endpoint]
    count_call(CALLS_OF_A_NETWORK, caller(), "api.network")
    shown = token_sent(request.headers.get("Authorization", ""))
    if not shown:
        raise NotLetIn(_("Please send a token in the header “Authorization: Bearer …”."))
    kept = digest(shown)
    count_call(CALLS_OF_A_TOKEN, kept, "api.token")
    token = _running(kept)
    _require(token, scope)
    note_use(token, clock.now())
    g.program = Program(token)


def program() -> Program:
    """The program that was let in."""
    found: Program = g.program
    return found


def _running(kept: str) -> ApiToken:
    token = token_of(kept)
    if token is None:
        raise NotLetIn(_("This token is not known."), _INVALID)
    sentence = _why_not(token.standing(clock.now()))
    if sentence:
        raise NotLetIn(sentence, _INVALID)
    return token


def _why_not(standing: Standing) -> Any:
    return {
        Standing.RUNNING: "",
        Standing.EXPIRED: _("This token has expired. Please make a new one."),
        Standing.REVOKED: _("This token was revoked."),
        Standing.OWNER_GONE: _("The account that this token belongs to may not do this any more."),
    }[standing]


def _require(token: ApiToken, scope: Scope | None) -> None:
    if scope is None or (token.opens(scope) and role_opens(token.owner.role, scope)):
        return
    note_refusal(token, scope, clock.now())
    raise NotOpened(_("This token does not open %(scope)s.", scope=scope), scope)
