"""Signatures of tokens: the one place that knows the package for them. Loaded only where there is a provider."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from jwt import PyJWK
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

# What kind of key belongs to each; `none` and whatever is signed with a shared secret are not among them.
ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
TOKEN_LIMIT = 32 * 1024


class BadToken(Exception):
    """The token is not signed as it should be; the sentence names nothing of what is in it."""


class UnknownKey(Exception):
    """No key that we have fits; there may be newer ones."""


def signed_claims(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the provider has signed with one of its keys; BadToken or UnknownKey."""
    if len(token) > TOKEN_LIMIT:
        raise BadToken("too long")
    reader = PyJWS(algorithms=list(ALGORITHMS), options={"enforce_minimum_key_length": True})
    try:
        head = reader.get_unverified_header(token)
        algorithm, key = _key(head, keys)
        signed = reader.decode(token, PyJWK(dict(key), algorithm), algorithms=[algorithm])
        claims = json.loads(signed)
    except (
        PyJWTError,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ) as error:
        raise BadToken(type(error).__name__) from error
    if not isinstance(claims, dict):
        raise BadToken("no claims")
    return claims


def _key(head: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> tuple[str, Mapping[str, Any]]:
    algorithm, name = head.get("alg"), head.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise BadToken("the algorithm is not allowed")
    fitting = [
        key
        for key in keys
        if key.get("kty") == ALGORITHMS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid") == name)
    ]
    if not fitting:
        raise UnknownKey
    if len(fitting) > 1:
        raise BadToken("several keys fit")
    return algorithm, fitting[0]
