"""What the provider must say so that we believe it: plain values, compared; signatures are looked at elsewhere."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import Any

# Clocks of two houses may differ by so much.
SKEW = timedelta(seconds=60)
# How long somebody may take at the provider, and on the page that asks whether it was meant.
ERRAND_LASTS = timedelta(minutes=10)
SUBJECT_LIMIT, CALLED_LIMIT = 255, 200


class Purpose(StrEnum):
    """What somebody goes to the provider for."""

    SIGN_IN = "sign-in"
    PROVE = "prove"
    LINK = "link"
    BEGIN = "begin"  # an account that they were invited to


@dataclass(frozen=True)
class Expected:
    """What the claims must fit: who was asked, in whose name, with which mark, and when."""

    issuer: str
    client_id: str
    nonce: str
    asked_at: datetime


@dataclass(frozen=True)
class Identity:
    """Whom the provider names; two of them are the same person by issuer and subject alone (SR-10).

    `is_proven`: they have shown there who they are since we asked. `is_vouched`: and a second factor as well.
    """

    issuer: str
    subject: str
    called: str = ""
    is_proven: bool = False
    is_vouched: bool = False


def fault_of(claims: Mapping[str, Any], expected: Expected, *, now: datetime) -> str:
    """The name of the first claim that does not fit; empty when all do."""
    earliest, latest = (expected.asked_at - SKEW).timestamp(), (now + SKEW).timestamp()
    fits = {
        "iss": claims.get("iss") == expected.issuer,
        "sub": _is_subject(claims.get("sub")),
        "aud": _is_for(claims, expected.client_id),
        "azp": claims.get("azp", expected.client_id) == expected.client_id,
        "nonce": _is_same(claims.get("nonce"), expected.nonce),
        "exp": (now - SKEW).timestamp() < _number(claims, "exp"),
        # Made for us, just now: an older one was made for somebody else's visit.
        "iat": earliest <= _number(claims, "iat") <= latest,
        "nbf": "nbf" not in claims or _number(claims, "nbf") <= latest,
    }
    return next((name for name, is_right in fits.items() if not is_right), "")


def is_proven(claims: Mapping[str, Any], expected: Expected, *, now: datetime) -> bool:
    """Whether somebody has shown the provider who they are since we asked, not in some sign-in of this morning."""
    earliest, latest = (expected.asked_at - SKEW).timestamp(), (now + SKEW).timestamp()
    return earliest <= _number(claims, "auth_time") <= latest


def is_vouched(claims: Mapping[str, Any], trusted: Collection[str]) -> bool:
    """Whether the provider says, in words that the operator trusts, that a second factor was given."""
    methods = claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else [])]
    return any(isinstance(word, str) and word in trusted for word in said)


def called(claims: Mapping[str, Any]) -> str:
    """What the provider calls somebody, to be shown and nothing else."""
    names = (claims.get(name) for name in ("preferred_username", "email", "name"))
    found = next((name for name in names if isinstance(name, str) and name.strip()), "")
    return "".join(char for char in found if char.isprintable()).strip()[:CALLED_LIMIT]


def _is_subject(subject: Any) -> bool:
    return isinstance(subject, str) and 0 < len(subject) <= SUBJECT_LIMIT and subject.isprintable()


def _is_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """Made for us alone, or for several of whom we are the one that asked."""
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) > 1:
        return client_id in audience and claims.get("azp") == client_id
    return audience in (client_id, [client_id])


def _is_same(given: Any, expected: str) -> bool:
    return isinstance(given, str) and compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _number(claims: Mapping[str, Any], name: str) -> float:
    """A moment in seconds; what is none compares with nothing."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    return value if isinstance(value, int) or math.isfinite(value) else math.nan
