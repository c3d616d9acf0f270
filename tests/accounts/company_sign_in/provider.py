"""A small provider of sign-ins on the loopback address: it keeps to the standard unless a test says otherwise."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from portal.foundation import clock
from portal.foundation.settings.oidc import Oidc

CLIENT_ID, SECRET = "portal", "a secret & 50% more"
BACK = "/company-sign-in"
_KINDS: dict[str, tuple[Callable[[], Any], Any]] = {
    "RS256": (lambda: rsa.generate_private_key(65537, 2048), jwt.algorithms.RSAAlgorithm),
    "PS256": (lambda: rsa.generate_private_key(65537, 2048), jwt.algorithms.RSAAlgorithm),
    "ES256": (lambda: ec.generate_private_key(ec.SECP256R1()), jwt.algorithms.ECAlgorithm),
    "EdDSA": (ed25519.Ed25519PrivateKey.generate, jwt.algorithms.OKPAlgorithm),
}


class Key:
    """A key to sign with, and what the world may know of it."""

    def __init__(self, algorithm: str = "ES256", name: str = "") -> None:
        make, kind = _KINDS[algorithm]
        self.algorithm, self.name, self.private = algorithm, name or secrets.token_hex(4), make()
        public = json.loads(kind.to_jwk(self.private.public_key()))
        self.public = public | {"kid": self.name, "use": "sig", "alg": algorithm}


class Provider:
    """`lets_in` plays the browser's part at the provider; `claims`, `about` and `token` change what it says."""

    def __init__(self) -> None:
        self.keys = [Key()]
        self.claims: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        self.heads: dict[str, Any] = {}
        self.asked: list[str] = []
        self.status = {"/token": 200, "/keys": 200, "/.well-known/openid-configuration": 200}
        self.body: bytes | None = None
        # Where the portal says that browsers are sent back to; and as whom everybody is let in who comes by themselves.
        self.back, self.subject = f"http://localhost{BACK}", "clara-there"
        self.token: Callable[[dict[str, Any]], str] = self.signed
        self.stands_still = Event()
        self._codes: dict[str, dict[str, Any]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def settings(self, **changes: Any) -> Oidc:
        """What an operator writes down of it."""
        return Oidc(**{"issuer": self.issuer, "client_id": CLIENT_ID, "client_secret": SECRET} | changes)

    def stop(self) -> None:
        """Answer nobody any more."""
        self.stands_still.set()
        self._server.shutdown()
        self._server.server_close()

    def lets_in(self, location: str, subject: str = "clara-there", **claims: Any) -> str:
        """The address that the browser is sent back to, for the address that it was sent here with."""
        asked = dict(parse_qsl(urlsplit(location).query))
        assert location.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
        assert len(asked["state"]) >= 32 <= len(asked["nonce"]) and asked["redirect_uri"] == self.back
        assert asked["scope"].split() == ["openid", "profile"]
        code = secrets.token_urlsafe(24)
        self._codes[code] = {"asked": asked, "claims": {"sub": subject, **claims}}
        return f"{BACK}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def signed(self, claims: dict[str, Any]) -> str:
        """The claims as a token, signed with the first key."""
        key = self.keys[0]
        return jwt.encode(claims, key.private, algorithm=key.algorithm, headers={"kid": key.name} | self.heads)

    def claims_for(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the provider says of somebody."""
        now = int(clock.now().timestamp())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": kept["asked"]["nonce"],
            "auth_time": now,
            "preferred_username": "clara.vogt",
        }
        whole = usual | kept["claims"] | self.claims
        return {name: value for name, value in whole.items() if value is not None}

    def answer(self, path: str, form: dict[str, list[str]], authorization: str) -> tuple[int, Any]:
        """Status and content for a request."""
        self.asked.append(path)
        if path.startswith("/authorize?"):
            return 302, self.back.removesuffix(BACK) + self.lets_in(self.issuer + path, self.subject)
        if self.status.get(path, 404) != 200:
            return self.status.get(path, 404), {"error": "server_error"}
        if path == "/keys":
            return 200, {"keys": [key.public for key in self.keys]}
        if path == "/token":
            return self._exchange(form, authorization)
        return 200, self._description()

    def _description(self) -> dict[str, Any]:
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return {name: value for name, value in (usual | self.about).items() if value is not None}

    def _exchange(self, form: dict[str, list[str]], authorization: str) -> tuple[int, Any]:
        given = {name: values[0] for name, values in form.items()}
        if not self._knows(given, authorization):
            return 401, {"error": "invalid_client"}
        kept = self._codes.pop(given.get("code", ""), None)
        made = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
        if kept is None or kept["asked"]["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        assert given["redirect_uri"] == kept["asked"]["redirect_uri"] and given["grant_type"] == "authorization_code"
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(self.claims_for(kept))}

    def _knows(self, given: dict[str, str], authorization: str) -> bool:
        if "client_secret" in given:
            return (given["client_id"], given["client_secret"]) == (CLIENT_ID, SECRET)
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT_ID, SECRET)


@contextmanager
def standing_still(provider: Provider) -> Iterator[None]:
    """Whoever asks meanwhile hears nothing."""
    whole = provider.answer
    provider.answer = lambda *_: (provider.stands_still.wait(20), (200, {}))[1]  # type: ignore[method-assign]
    try:
        yield
    finally:
        provider.answer = whole  # type: ignore[method-assign]
        provider.stands_still.set()


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(*provider.answer(self.path, {}, ""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*provider.answer(self.path, parse_qs(body), self.headers.get("Authorization", "")))

        def _say(self, status: int, content: Any) -> None:
            body = provider.body if provider.body is not None else json.dumps(content).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", content if isinstance(content, str) else f"{provider.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return ""

        def log_message(self, *_given: object) -> None:
            pass

    return Handler
