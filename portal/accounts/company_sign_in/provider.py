"""The provider of sign-ins: where it is, which keys it signs with, and whom it names for a code.

What it says of itself and its keys are kept for an hour in each process; keys are asked for again when one is unknown,
once a minute at most. While it is away nobody else waits for that: for ten seconds everybody is told so at once.
"""

import base64
import hashlib
import importlib
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore, Lock
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from flask import Flask

from portal.accounts.company_sign_in.errands import Errand
from portal.accounts.company_sign_in.faults import CodeRefused, ProviderAway, ProviderWrong
from portal.accounts.company_sign_in.rules import (
    CALLED_LIMIT,
    Expected,
    Identity,
    Purpose,
    called,
    fault_of,
    is_proven,
    is_vouched,
)
from portal.foundation import clock
from portal.foundation.company import COMPANY
from portal.foundation.database import end_reading
from portal.foundation.outside.calling import NotReached, Reply, call
from portal.foundation.settings.oidc import ALWAYS, Oidc
from portal.foundation.web.here import OnePerApp
from portal.foundation.web.turns import out_of_turn

log = logging.getLogger(__name__)

KEPT_SECONDS, KEYS_AGAIN_SECONDS, AWAY_SECONDS = 3600.0, 60.0, 10.0
# Of the four threads of a process two at most speak with the provider; whoever has to wait for them does so shortly.
_PLACES, _PATIENCE_SECONDS = 2, 2.0
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def set_up_company_sign_in(app: Flask, oidc: Oidc | None, *, portal_url: str) -> None:
    """Make the provider of the settings known; without one nothing is loaded and nothing is there."""
    if oidc is not None:
        # By name: nobody else needs the package for signatures.
        signatures = importlib.import_module("portal.accounts.company_sign_in.signatures")
        PROVIDER.put(app, Provider(oidc, f"{portal_url}/company-sign-in", signatures))
    app.jinja_env.globals["company_sign_in"] = company_sign_in_name


def company_sign_in_name() -> str:
    """What colleagues call the company's sign-in; empty where there is none."""
    provider = PROVIDER.here()
    return (provider.oidc.name or COMPANY.here().name) if provider else ""


class Provider:
    """One provider, as it was named in the settings; what it said last is kept."""

    def __init__(self, oidc: Oidc, redirect_uri: str, signatures: Any) -> None:
        self.oidc, self.redirect_uri, self._signatures = oidc, redirect_uri, signatures
        self._places, self._lock = BoundedSemaphore(_PLACES), Lock()
        self._kept: dict[str, tuple[float, Any]] = {}
        self._away_until = 0.0

    def address_for(self, errand: Errand) -> str:
        """Where the browser goes to say who it is; ProviderAway, ProviderWrong."""
        asked = {
            "response_type": "code",
            "client_id": self.oidc.client_id,
            "redirect_uri": self.redirect_uri,
            # No mail address: it would prove nothing (SR-10).
            "scope": "openid profile",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": challenge_of(errand.verifier),
            "code_challenge_method": "S256",
            "ui_locales": errand.language,
        }
        if errand.purpose is Purpose.PROVE:
            asked |= {"prompt": "login", "max_age": "0"}
        address = str(self._about()["authorization_endpoint"])
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"

    def is_answer_of_ours(self, issuer: str | None) -> bool:
        """Whether an answer comes from this provider, by its own word where it gives one (RFC 9207)."""
        must_say = self._about().get("authorization_response_iss_parameter_supported") is True
        return issuer == self.oidc.issuer if issuer is not None else not must_say

    def identity_for(self, code: str, errand: Errand, *, now: datetime) -> Identity:
        """Whom the provider names for this code; CodeRefused, ProviderAway, ProviderWrong."""
        token = self._token_for(code, errand)
        claims = self._signed(token)
        expected = Expected(self.oidc.issuer, self.oidc.client_id, errand.nonce, errand.begun_at)
        if fault := fault_of(claims, expected, now=now):
            raise self._wrong(f"the claim {fault} does not fit")
        proven, trusted = is_proven(claims, expected, now=now), self.oidc.second_factor
        return Identity(
            issuer=self.oidc.issuer,
            subject=claims["sub"],
            called=called(claims) or claims["sub"][:CALLED_LIMIT],
            is_proven=proven,
            is_vouched=ALWAYS in trusted or is_vouched(claims, trusted),
        )

    def _token_for(self, code: str, errand: Errand) -> str:
        about = self._about()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": errand.verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        ways = about.get("token_endpoint_auth_methods_supported")
        if isinstance(ways, list) and "client_secret_post" in ways:
            form |= {"client_id": self.oidc.client_id, "client_secret": self.oidc.client_secret}
        else:
            headers["Authorization"] = _basic(self.oidc.client_id, self.oidc.client_secret)
        reply = self._call(about["token_endpoint"], body=urlencode(form).encode(), headers=headers)
        said = _read(reply)
        if reply.status == 400 and said.get("error") == "invalid_grant":
            raise CodeRefused
        token = said.get("id_token")
        if reply.status != 200 or not isinstance(token, str):
            raise self._wrong(f"no token, status {reply.status}, {plain_word(said.get('error'))}")
        return token

    def _signed(self, token: str) -> dict[str, Any]:
        try:
            try:
                found: dict[str, Any] = self._signatures.signed_claims(token, self._keys())
            except self._signatures.UnknownKey:
                found = self._signatures.signed_claims(token, self._keys(older_than=KEYS_AGAIN_SECONDS))
        except (self._signatures.BadToken, self._signatures.UnknownKey) as error:
            raise self._wrong(f"the signature: {type(error).__name__} {error}") from error
        return found

    def _about(self) -> Mapping[str, Any]:
        """What the provider says of itself."""

        def ask() -> Mapping[str, Any]:
            said = self._ask(f"{self.oidc.issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != self.oidc.issuer:
                raise self._wrong("it calls itself otherwise than OIDC_ISSUER does")
            scheme = urlsplit(self.oidc.issuer).scheme
            if not all(_is_address(said.get(name), scheme) for name in _ADDRESSES):
                raise self._wrong("an address is missing, or not encrypted")
            return said

        return self._keep("about", KEPT_SECONDS, ask)

    def _keys(self, *, older_than: float = KEPT_SECONDS) -> list[dict[str, Any]]:
        """The keys it signs with, asked for again once they are so old."""
        address = str(self._about()["jwks_uri"])

        def ask() -> list[dict[str, Any]]:
            keys = self._ask(address).get("keys")
            return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []

        return self._keep("keys", older_than, ask)

    def _keep(self, name: str, seconds: float, ask: Callable[[], Any]) -> Any:
        found = self._kept.get(name)
        if found is None or clock.seconds() - found[0] >= seconds:
            with out_of_turn(), self._alone():
                found = self._kept.get(name)
                if found is None or clock.seconds() - found[0] >= seconds:
                    found = self._kept[name] = (clock.seconds(), ask())
        return found[1]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=_PATIENCE_SECONDS):
            raise ProviderAway
        try:
            yield
        finally:
            self._lock.release()

    def _ask(self, address: str) -> dict[str, Any]:
        reply = self._call(address, headers={"Accept": "application/json"})
        if reply.status != 200:
            raise self._wrong(f"status {reply.status} for what it says of itself")
        return _read(reply)

    def _call(self, address: str, **given: Any) -> Reply:
        if clock.seconds() < self._away_until:
            raise ProviderAway
        end_reading()
        with out_of_turn():
            if not self._places.acquire(timeout=_PATIENCE_SECONDS):
                raise ProviderAway
            try:
                reply = call(address, **given)
            except NotReached as error:
                self._away_until = clock.seconds() + AWAY_SECONDS
                log.warning("the provider of sign-ins is away: %s", error)
                raise ProviderAway from error
            finally:
                self._places.release()
        if reply.status >= 500:
            log.warning("the provider of sign-ins is away: status %s", reply.status)
            raise ProviderAway
        return reply

    def _wrong(self, why: str) -> ProviderWrong:
        log.warning("the provider of sign-ins is not believed: %s", why)
        return ProviderWrong()


# Only where the operator has named one.
PROVIDER = OnePerApp[Provider | None]("company_sign_in", lambda: None)


def challenge_of(verifier: str) -> str:
    """What the provider is told of the secret that belongs to a code (PKCE, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def plain_word(said: Any) -> str:
    """A word of an error as the standard has them, for the log; anything else is not repeated."""
    return said if isinstance(said, str) and re.fullmatch(r"[a-z_]{1,40}", said) else "-"


def _is_address(said: Any, scheme: str) -> bool:
    if not isinstance(said, str) or not said.isascii() or not said.isprintable() or " " in said:
        return False
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return parts.scheme == scheme and bool(parts.hostname) and not parts.fragment


def _basic(name: str, secret: str) -> str:
    pair = f"{quote_plus(name)}:{quote_plus(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _read(reply: Reply) -> dict[str, Any]:
    """What stands in a reply; nothing when it is no object."""
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
