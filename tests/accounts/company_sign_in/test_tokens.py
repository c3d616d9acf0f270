"""Attacks on what the provider says: claims, signatures, keys."""

import base64
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.warnings import InsecureKeyLengthWarning

from portal.accounts.company_sign_in import provider as ours
from tests.accounts.company_sign_in.going import comes_back, is_in, link
from tests.accounts.company_sign_in.provider import CLIENT_ID, Key
from tests.cast import CLARA
from tests.conftest import NOON
from tests.visitor import Visitor

NOW = int(NOON.timestamp())


@pytest.mark.once
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another"]},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 5},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"iat": NOW - 3600},
        {"iat": NOW + 120},
        {"iat": None},
        {"nbf": NOW + 120},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "clara-there\x00"},
    ],
    ids=str,
)
def test_a_claim_that_does_not_fit_lets_nobody_in(app, visitor, provider, claims):
    link(app, CLARA, provider)
    provider.claims = claims
    page = comes_back(visitor, provider)
    assert page.status == 502 and "nicht trauen" in page.text
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID},
        {"azp": CLIENT_ID},
        {"exp": NOW - 59},
        {"iat": NOW + 59},
        {"iat": NOW - 59, "nbf": NOW + 59},
    ],
    ids=str,
)
def test_clocks_may_differ_by_a_minute_and_a_token_may_be_for_several(app, visitor, provider, claims):
    link(app, CLARA, provider)
    provider.claims = claims
    assert comes_back(visitor, provider).status == 303


def in_base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(claims) -> str:
    return ".".join(in_base64(json.dumps(part).encode()) for part in ({"alg": "none"}, claims)) + "."


def by_public_key(provider):
    """Signed with the public key as if it were a shared secret."""
    key = provider.keys[0]
    secret = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(claims):
        head = {"alg": "HS256", "typ": "JWT", "kid": key.name}
        signed = ".".join(in_base64(json.dumps(part).encode()) for part in (head, claims))
        return f"{signed}.{in_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"

    return token


def by_client_secret(claims) -> str:
    return jwt.encode(claims, "a secret & 50% more, and long enough for it", algorithm="HS256")


def by_stranger(provider):
    stranger = Key("ES256", provider.keys[0].name)
    return lambda claims: jwt.encode(claims, stranger.private, algorithm="ES256", headers={"kid": stranger.name})


def with_own_key(claims) -> str:
    """It brings the key along that it wants to be read with."""
    own = Key("ES256")
    return jwt.encode(claims, own.private, algorithm="ES256", headers={"jwk": own.public, "kid": own.name})


def cut(provider):
    return lambda claims: provider.signed(claims).rpartition(".")[0] + "."


def changed(provider):
    def token(claims):
        head, _, signature = provider.signed(claims).split(".")
        body = in_base64(json.dumps(claims | {"sub": "dora-there"}).encode())
        return f"{head}.{body}.{signature}"

    return token


@pytest.mark.once
@pytest.mark.parametrize(
    "forged",
    [
        lambda _provider: unsigned,
        by_public_key,
        lambda _provider: by_client_secret,
        by_stranger,
        lambda _provider: with_own_key,
        cut,
        changed,
        lambda _provider: lambda _claims: "",
        lambda _provider: lambda _claims: "a.b.c",
        lambda _provider: lambda _claims: "x" * 40_000,
        lambda _provider: lambda _claims: {"not": "a token"},
        lambda provider: (
            lambda claims: jwt.encode(
                claims,
                provider.keys[0].private,
                algorithm="ES256",
                headers={"kid": provider.keys[0].name, "crit": ["x"]},
            )
        ),
    ],
)
def test_a_forged_token_lets_nobody_in(app, visitor, provider, forged):
    link(app, CLARA, provider)
    provider.token = forged(provider)
    assert comes_back(visitor, provider).status == 502
    assert not is_in(visitor)


@pytest.mark.parametrize("change", [{"use": "enc"}, {"alg": "ES384"}, {"kty": "RSA"}, {"crv": "P-384"}, {"x": "AAAA"}])
def test_a_key_that_is_for_something_else_is_not_used(app, visitor, provider, change):
    link(app, CLARA, provider)
    provider.keys[0].public |= change
    assert comes_back(visitor, provider).status == 502


def test_new_keys_are_asked_for_when_one_is_unknown_and_not_more_than_once_a_minute(app, provider, monkeypatch):
    link(app, CLARA, provider)
    assert comes_back(Visitor(app), provider).status == 303
    provider.keys = [Key()]
    assert comes_back(Visitor(app), provider).status == 502, "asked less than a minute ago"
    assert provider.asked.count("/keys") == 1
    monkeypatch.setattr(ours, "KEYS_AGAIN_SECONDS", 0.0)
    assert comes_back(Visitor(app), provider).status == 303
    assert provider.asked.count("/keys") == 2


def test_a_provider_without_names_of_keys_is_understood(app, visitor, provider):
    link(app, CLARA, provider)
    del provider.keys[0].public["kid"]
    provider.heads = {"kid": None}
    provider.token = lambda claims: jwt.encode(claims, provider.keys[0].private, algorithm="ES256")
    assert comes_back(visitor, provider).status == 303


def test_a_key_that_is_too_short_is_not_used(app, visitor, provider):
    link(app, CLARA, provider)
    short = Key("RS256")
    short.private = rsa.generate_private_key(65537, 1024)
    numbers = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(short.private.public_key()))
    short.public |= {name: numbers[name] for name in ("n", "e")}
    provider.keys = [short]
    with pytest.warns(InsecureKeyLengthWarning):
        assert comes_back(visitor, provider).status == 502
