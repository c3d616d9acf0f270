"""Tokens and keys that may be anything at all: believed or refused, and no fault of ours."""

import base64
import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.company_sign_in.signatures import ALGORITHMS, BadToken, UnknownKey, signed_claims
from tests.accounts.company_sign_in.provider import Key
from tests.attacks.strategies import BOUNDED

KEYS = {algorithm: Key(algorithm) for algorithm in ALGORITHMS}
SMALL = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)
PARTS = st.sampled_from(["kty", "crv", "x", "y", "n", "e", "d", "k", "use", "alg", "kid", "key_ops"])


def signed(key: Key, **claims) -> str:
    return jwt.encode(claims, key.private, algorithm=key.algorithm, headers={"kid": key.name})


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_what_was_signed_is_read_among_all_keys_of_the_provider(algorithm):
    keys = [key.public for key in KEYS.values()]
    assert signed_claims(signed(KEYS[algorithm], sub="4711"), keys) == {"sub": "4711"}


@BOUNDED
@given(
    st.sampled_from(sorted(ALGORITHMS)), st.dictionaries(PARTS, SMALL | st.sampled_from(["RSA", "EC", "OKP", "oct"]))
)
def test_a_key_that_is_anything_is_used_or_refused(algorithm, changed):
    key = KEYS[algorithm]
    try:
        assert signed_claims(signed(key, sub="4711"), [key.public | changed]) == {"sub": "4711"}
    except (BadToken, UnknownKey):
        assert changed


@BOUNDED
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda each: base64.urlsafe_b64encode(each).decode()))
def test_a_token_that_is_anything_is_refused(text):
    for token in (text, f"{text}.{text}.{text}", signed(KEYS["ES256"]).replace(".", text, 1)):
        if text != ".":
            with pytest.raises((BadToken, UnknownKey)):
                signed_claims(token, [KEYS["ES256"].public])


@BOUNDED
@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5u"]), SMALL))
def test_a_head_that_is_anything_is_refused_where_its_signature_does_not_fit(head):
    parts = (json.dumps(head), "{}", "signature")
    token = ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)
    with pytest.raises((BadToken, UnknownKey)):
        signed_claims(token, [key.public for key in KEYS.values()])


@pytest.mark.parametrize("payload", [b"[]", b"null", b"{", b"\xff", b'{"exp": NaN', b"[" * 20_000])
def test_what_is_signed_must_be_claims(payload):
    key = KEYS["ES256"]
    token = jwt.api_jws.PyJWS().encode(payload, key.private, algorithm="ES256", headers={"kid": key.name})
    with pytest.raises(BadToken):
        signed_claims(token, [key.public])
