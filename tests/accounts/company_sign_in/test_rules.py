"""What the provider must say so that we believe it, tried with anything at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.company_sign_in.rules import Expected, called, fault_of, is_proven, is_vouched
from tests.attacks.strategies import BOUNDED

NOON = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)
EXPECTED = Expected("https://login.example.org", "portal", "a nonce", NOON - timedelta(minutes=2))
AT = int(NOON.timestamp())
GOOD = {
    "iss": "https://login.example.org",
    "sub": "4711",
    "aud": "portal",
    "nonce": "a nonce",
    "iat": AT - 1,
    "exp": AT + 300,
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["iss", "sub", "aud", "azp", "nonce", "iat", "exp", "nbf", "auth_time", "acr", "amr", "name"]


def test_what_fits_is_believed():
    assert fault_of(GOOD, EXPECTED, now=NOON) == ""


@BOUNDED
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), ANYTHING))
def test_whatever_is_claimed_is_refused_or_believed_but_no_fault(claims):
    assert fault_of(claims, EXPECTED, now=NOON), "nothing at random fits"
    assert (
        fault_of(GOOD | {name: value for name, value in claims.items() if name not in NAMES}, EXPECTED, now=NOON) == ""
    )
    is_proven(claims, EXPECTED, now=NOON)
    is_vouched(claims, ("mfa",))
    assert len(called(claims)) <= 200 and "\n" not in called(claims)


@BOUNDED
@given(st.sampled_from(["iss", "nonce"]), ANYTHING)
def test_only_the_very_words_fit(name, value):
    assert (fault_of(GOOD | {name: value}, EXPECTED, now=NOON) == "") is (value == GOOD[name])


@BOUNDED
@given(ANYTHING | st.lists(st.sampled_from(["portal", "another"]), max_size=3), ANYTHING | st.just("portal"))
def test_a_token_for_others_needs_us_as_the_one_who_asked(audience, party):
    is_ours = audience in ("portal", ["portal"]) or (isinstance(audience, list) and "portal" in audience)
    is_right = is_ours and party == "portal"
    assert (fault_of(GOOD | {"aud": audience, "azp": party}, EXPECTED, now=NOON) == "") is is_right


@BOUNDED
@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_a_token_counts_from_when_it_was_asked_for_until_it_ends_and_a_minute_of_skew(made, ends):
    claims = GOOD | {"iat": AT + made, "exp": AT + ends}
    assert (fault_of(claims, EXPECTED, now=NOON) == "") is (-180 <= made <= 60 and ends > -60)


@BOUNDED
@given(ANYTHING.filter(lambda value: not isinstance(value, int | float) or isinstance(value, bool)))
def test_a_moment_is_a_number(value):
    for name in ("iat", "exp", "nbf"):
        assert fault_of(GOOD | {name: value}, EXPECTED, now=NOON) == name
    assert not is_proven(GOOD | {"auth_time": value}, EXPECTED, now=NOON)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 10**400, -(10**400)])
def test_a_moment_out_of_this_world_is_none(value):
    assert fault_of(GOOD | {"iat": value}, EXPECTED, now=NOON) == "iat"
    assert not is_proven(GOOD | {"auth_time": value}, EXPECTED, now=NOON)
    assert fault_of(GOOD | {"exp": float("inf")}, EXPECTED, now=NOON) == "exp"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "clara.vogt", "name": "Clara Vogt"}, "clara.vogt"),
        ({"preferred_username": " ", "email": "clara@there.example", "name": "Clara Vogt"}, "clara@there.example"),
        ({"preferred_username": 5, "name": "Clara\u202e\n Vogt" + "x" * 300}, ("Clara Vogt" + "x" * 300)[:200]),
        ({}, ""),
    ],
)
def test_what_somebody_is_called_there_is_one_short_line(claims, name):
    assert called(claims) == name
